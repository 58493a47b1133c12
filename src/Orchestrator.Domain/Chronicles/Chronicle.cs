using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Chronicles;

/// <summary>The events of a rollout in words, and its course on an axis of time. Folded from the events and nothing else.</summary>
public sealed class Chronicle
{
    private readonly List<ChronicleEntry> _entries = [];
    private readonly List<PhaseSpan> _phases = [];
    private readonly List<SharePoint> _shares = [];
    private readonly List<CourseMark> _marks = [];
    private readonly Dictionary<(string Phase, string Step), int> _visits = [];

    /// <summary>Versions at which conditions of triggers became true, by trigger; at most one for each trigger of the plans.</summary>
    private readonly Dictionary<string, long> _noticed = new(StringComparer.Ordinal);
    private EntryVisit? _visit;
    private string _audience = StepAudience.None.Text;
    private ImmutableDictionary<string, string> _flags = ImmutableDictionary<string, string>.Empty;
    private readonly Dictionary<string, ChronicleEntry> _flagChanges = new(StringComparer.Ordinal);

    private Chronicle()
    {
    }

    /// <summary>Every entry, oldest first.</summary>
    public IReadOnlyList<ChronicleEntry> Entries => _entries;

    /// <summary>The first event that this build cannot read; null when it reads all.</summary>
    public UnreadEvent? Unread { get; private init; }

    /// <summary>Stays in phases, oldest first.</summary>
    public IReadOnlyList<PhaseSpan> Phases => _phases;

    /// <summary>Share of all users on new, where it changed, oldest first.</summary>
    public IReadOnlyList<SharePoint> Shares => _shares;

    /// <summary>Rollbacks and incidents, oldest first.</summary>
    public IReadOnlyList<CourseMark> Marks => _marks;

    /// <summary>The rollout after the last entry.</summary>
    public RolloutState State { get; private set; } = RolloutState.Initial;

    /// <summary>Version of the newest event by which users were taken back; null without one.</summary>
    public long? LastRollback => _marks.FindLast(mark => mark.Kind == CourseMarkKind.Rollback)?.Version;

    /// <summary>
    /// Version before the newest fired trigger was noticed: before its condition became true, or before it fired where that is not
    /// recorded. Null when no trigger fired.
    /// </summary>
    public long? BeforeAlarm { get; private set; }

    /// <summary>The newest entry that changed the users on new; null before the first.</summary>
    public ChronicleEntry? LastMove { get; private set; }

    /// <summary>The newest entry by which each flag of a phase came into force, changed or went.</summary>
    public IReadOnlyDictionary<string, ChronicleEntry> FlagChanges => _flagChanges;

    /// <summary>Reads the whole stream of a rollout. It ends before an event that this build does not know.</summary>
    public static Chronicle Of(IReadOnlyList<RecordedEvent> events)
    {
        var (known, unread) = Known(events);
        var chronicle = new Chronicle { Unread = unread };
        foreach (var (recorded, happened) in known)
        {
            chronicle.See(recorded, happened);
        }

        return chronicle;
    }

    private static (List<(RecordedEvent Recorded, Happened<RolloutEvent> Happened)> Known, UnreadEvent? Unread) Known(
        IReadOnlyList<RecordedEvent> events)
    {
        var known = new List<(RecordedEvent, Happened<RolloutEvent>)>(events.Count);
        foreach (var one in events)
        {
            try
            {
                known.Add((one, RolloutEvents.Catalog.Replay(one)));
            }
            catch (UnknownEventException)
            {
                return (known, new UnreadEvent(
                    one.Version, $"Version {one.Version} is of a kind that this build does not know: {one.Type}, schema {one.Schema}."));
            }
        }

        return (known, null);
    }

    private void See(RecordedEvent recorded, Happened<RolloutEvent> happened)
    {
        var before = State;
        var after = State = RolloutEvolution.Evolve(before, happened);
        if (after.Entry != before.Entry)
        {
            Enter(after);
        }

        var (audience, flags) = (Audience(after), after.PlanOrNone is null ? _flags : Flags(after));
        var changed = flags.Keys.Union(_flags.Keys).Where(key => flags.GetValueOrDefault(key) != _flags.GetValueOrDefault(key)).ToArray();
        var moves = audience != _audience || IsMove(happened.Event);
        var entry = new ChronicleEntry(
            recorded, EventSentences.KindOf(happened.Event), EventSentences.Of(happened.Event, after), moves || changed.Length > 0, _visit,
            EventSentences.IncidentOf(happened.Event));
        _entries.Add(entry);
        LastMove = moves ? entry : LastMove;
        foreach (var key in changed)
        {
            _flagChanges[key] = entry;
        }

        (_audience, _flags) = (audience, flags);
        See(happened, before, after);
        if (happened.Event is IncidentOpened opened)
        {
            Claim(opened.Incident, happened.At);
        }
    }

    /// <summary>Events that begin a step belong to its visit: a phase starts just before its first step.</summary>
    private void Enter(RolloutState after)
    {
        var key = (after.Phase!.Name, after.Step!.Name);
        _visits[key] = _visits.GetValueOrDefault(key) + 1;
        _visit = new EntryVisit(key.Item1, key.Item2, after.Entry, _visits[key]);
        for (var i = _entries.Count - 1; i >= 0 && Opens(_entries[i].Recorded.Type); i--)
        {
            _entries[i] = _entries[i] with { Visit = _visit };
        }
    }

    /// <summary>
    /// True for an event that says how a step moved users: the step before it in the same decision has its audience already.
    /// </summary>
    private static bool IsMove(RolloutEvent happened) => happened is PercentageRaised or SegmentsIncluded or SegmentShareRaised;

    private static bool Opens(string type) => type is "rollout.phase_started" or "rollout.started";

    /// <summary>The trigger and the rollback of the same decision come before the incident that they open.</summary>
    private void Claim(string incident, DateTimeOffset at)
    {
        for (var i = _entries.Count - 2; i >= 0 && _entries[i].Recorded.At == at && Causes(_entries[i].Recorded.Type); i--)
        {
            _entries[i] = _entries[i] with { Incident = incident };
        }
    }

    private static bool Causes(string type) => type is "rollout.rolled_back" or "rollout.segment_rolled_back" or "rollout.trigger_fired";

    private void See(Happened<RolloutEvent> happened, RolloutState before, RolloutState after)
    {
        var (version, at) = (happened.Version, happened.At);
        if (after.PhaseIndex != before.PhaseIndex)
        {
            EndPhase(at);
            _phases.Add(new PhaseSpan(after.Phase!.Name, after.Phase.Title, version, at, null));
        }

        if (before.PlanOrNone is null || Percentage(after) != Percentage(before))
        {
            _shares.Add(new SharePoint(version, at, Percentage(after)));
        }

        if (before.Unfinished && !after.Unfinished)
        {
            EndPhase(at);
        }

        foreach (var ended in after.Incidents.Where(one => one.Ended is not null))
        {
            var index = _marks.FindIndex(mark => mark.Incident == ended.Id && mark.Until is null);
            if (index >= 0)
            {
                _marks[index] = _marks[index] with { Until = ended.Ended!.At };
            }
        }

        switch (happened.Event)
        {
            case RolledBack or SegmentRolledBack:
                _marks.Add(new CourseMark(CourseMarkKind.Rollback, version, at, null, null, _entries[^1].Text));
                break;
            case IncidentOpened e:
                _marks.Add(new CourseMark(CourseMarkKind.Incident, version, at, null, e.Incident, _entries[^1].Text));
                break;
            case TriggerBreached e:
                _noticed[e.Trigger] = version;
                break;
            case TriggerCleared e:
                _noticed.Remove(e.Trigger);
                break;
            case TriggerFired e:
                BeforeAlarm = Math.Max(1, _noticed.GetValueOrDefault(e.Trigger, version) - 1);
                break;
        }
    }

    private void EndPhase(DateTimeOffset at)
    {
        if (_phases is [.., { Until: null } last])
        {
            _phases[^1] = last with { Until = at };
        }
    }

    private static bool Serves(RolloutState state) => state.Serving || state is { Status: RolloutStatus.Retired, Successor: not null };

    private static decimal Percentage(RolloutState state) => state.PlanOrNone is not null && Serves(state) ? state.Percentage.Percent : 0;

    /// <summary>Users on new, as text: at two moments with the same text the same users are.</summary>
    private static string Audience(RolloutState state)
    {
        if (state.PlanOrNone is null || !Serves(state))
        {
            return StepAudience.None.Text;
        }

        var audience = StepAudience.Of(state).Without(state.TakenBack);
        return state.TakenBack.IsEmpty ? audience.Text : $"{audience.Text} without {string.Join(", ", state.TakenBack.Order(StringComparer.Ordinal))}";
    }

    private static ImmutableDictionary<string, string> Flags(RolloutState state) =>
        state.FlagsInForce.ToImmutableDictionary(flag => flag.Key, flag => flag.Json);
}
