using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Journeys;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.World;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Grains.Routing.Journeys;

/// <summary>
/// The answers to a question after each event, by the fold and the router that nodes use. Pure. Takes the events of the whole log, or
/// those of the streams that the flag depends on; a table is compiled only after an event that can change an answer.
/// </summary>
/// <param name="question">The question.</param>
/// <param name="access">Names of people.</param>
public sealed class JourneyFold(JourneyQuestion question, AccessState access)
{
    private readonly JourneyBuilder _builder = new(question.From);
    private readonly Dictionary<string, (object State, SegmentModel? Model)> _segments = new(StringComparer.Ordinal);
    private RoutingTable _table = RoutingTable.Empty;
    private World.World _world = World.World.Empty;
    private bool _ended;

    /// <summary>True when the events are those up to the end of the requested time.</summary>
    public bool Ended => _ended;

    /// <summary>Number of tables compiled.</summary>
    public int Compiled { get; private set; }

    /// <summary>Folds the next event. One after the end of the requested time ends the fold.</summary>
    public void Fold(RecordedEvent recorded)
    {
        _ended |= recorded.At > question.To;
        if (_ended)
        {
            return;
        }

        _builder.Reach(recorded.At);
        var before = _world;
        _world = WorldFolds.Fold(_world, recorded);
        if (!MayChange(before, recorded))
        {
            return;
        }

        Compiled++;
        _table = _table.With(EnvironmentModels.Of(_world, question.Environment, segment: Segment), recorded.Position);
        var answer = Router.Explain(
            _table.At(recorded.Position), question.Environment, question.Flag, question.User(_table.Environment(question.Environment)));
        var after = _world;
        _builder.See(recorded, answer, (was, now) => Reason(recorded, after, was, now));
    }

    /// <summary>The journey of the events folded so far.</summary>
    public Journey End() => _builder.End();

    private bool MayChange(World.World before, RecordedEvent recorded)
    {
        if (!ReferenceEquals(before.Quarantined, _world.Quarantined))
        {
            return true;
        }

        return recorded.Stream.Split('/') switch
        {
            ["rollout", var id] => _world.Rollouts.GetValueOrDefault(id)?.State is { } state
                && state.Environment == question.Environment && !(IsQuiet(recorded) && !HasRival(state)),
            ["segment", var environment, _] => environment == question.Environment,
            ["environment", var environment] => environment == question.Environment,
            _ => false,
        };
    }

    /// <summary>
    /// True for an event that leaves every route as it is. Of two unfinished rollouts of a flag the newest event decides, whatever it is.
    /// </summary>
    private static bool IsQuiet(RecordedEvent recorded) => Quiet.Contains(recorded.Type);

    private bool HasRival(RolloutState state) => _world.Rollouts.Values.Any(
        other => other.State.Unfinished && other.State.Id != state.Id && other.State.Plan.Flag == state.Plan.Flag);

    /// <summary>Stored names of events of judgement, people and incidents that routing does not read.</summary>
    private static readonly HashSet<string> Quiet =
    [
        .. from name in RolloutEvents.Catalog.Names
           where QuietNames.Contains(name.Public)
           select name.Stored,
    ];

    private static string[] QuietNames =>
    [
        nameof(PercentageRaised), nameof(SegmentsIncluded), nameof(SegmentShareRaised), nameof(StepCompleted), nameof(PhaseCompleted),
        nameof(HoldWaived), nameof(PhaseOverran), nameof(TriggerBreached), nameof(TriggerCleared), nameof(EvidenceLost),
        nameof(EvidenceRegained), nameof(RuleUnmeasured), nameof(RuleMeasured), nameof(LineStopped), nameof(LineResumed),
        nameof(CriterionAssessed), nameof(ReviewOpened), nameof(ReviewDecided), nameof(ObjectiveCompleted), nameof(AlertRaised),
        nameof(AlertResolved), nameof(AlertsHeard), nameof(FeedbackReceived),
    ];

    /// <summary>The same instance while a segment is unchanged: it is then not compiled again.</summary>
    private SegmentModel? Segment(string name)
    {
        object? state = _world.Segments.GetValueOrDefault(name);
        if (state is null || EnvironmentModels.IsBroken(_world, name))
        {
            return EnvironmentModels.Segment(_world, name);
        }

        if (!_segments.TryGetValue(name, out var known) || !ReferenceEquals(known.State, state))
        {
            _segments[name] = known = (state, EnvironmentModels.Segment(_world, name));
        }

        return known.Model;
    }

    private string Reason(RecordedEvent recorded, World.World world, Explanation? before, Explanation after)
    {
        if (world.Quarantined.ContainsKey(recorded.Stream))
        {
            return JourneySentences.Unread(recorded.Stream);
        }

        return recorded.Stream.Split('/') switch
        {
            ["rollout", var id] => JourneySentences.Of(Named(RolloutEvents.Catalog.Replay(recorded)), world.Rollouts[id].State, before, after),
            ["segment", _, var key] => JourneySentences.Of(SegmentEvents.Catalog.Read(recorded), key, before, after),
            _ => JourneySentences.Of(EnvironmentEvents.Catalog.Read(recorded), after),
        };
    }

    private Happened<RolloutEvent> Named(Happened<RolloutEvent> happened) => happened.Actor.Kind != ActorKind.User ? happened
        : happened with { Actor = happened.Actor with { Name = access.NameOf(happened.Actor.Id, happened.At) } };
}
