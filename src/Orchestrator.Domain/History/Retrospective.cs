using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.History;

/// <summary>
/// Summary of a rollout, made from its events alone. Overrides of failing verdicts come first: they are what to talk about.
/// </summary>
/// <param name="Headline">Identity, times and outcome.</param>
/// <param name="Overrides">Every request to pass a failing gate, those that passed one first.</param>
/// <param name="Phases">The visits of phases and their steps, in order.</param>
/// <param name="Rollbacks">Everyone, some segments, or a step back.</param>
/// <param name="Incidents">Each with the steps of its procedure.</param>
/// <param name="Triggers">Every time a trigger's condition came true.</param>
/// <param name="Reviews">Reviews with their decisions.</param>
/// <param name="Gaps">Spans without evidence.</param>
/// <param name="Waiting">Time for which each gate was shut.</param>
/// <param name="Moments">Other events, mostly actions of people.</param>
/// <param name="Amendments">Corrected plans that came into force.</param>
public sealed record Retrospective(
    Headline Headline, ImmutableArray<OverrideStory> Overrides, ImmutableArray<PhaseStory> Phases, ImmutableArray<RollbackStory> Rollbacks,
    ImmutableArray<IncidentStory> Incidents, ImmutableArray<TriggerStory> Triggers, ImmutableArray<ReviewStory> Reviews,
    ImmutableArray<Gap> Gaps,
    ImmutableArray<GateWait> Waiting, ImmutableArray<HistoryEntry> Moments, ImmutableArray<AmendmentStory> Amendments)
{
    /// <summary>Steps as planned and as they happened, by the plan in force at the end of the report.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>Ends of steps by which it advanced, each with its gates and its evidence.</summary>
    public ImmutableArray<AdvanceStory> Advances { get; init; } = [];

    /// <summary>Closest approach of each trigger to firing, the closest first.</summary>
    public ImmutableArray<NearMiss> NearMisses { get; init; } = [];

    /// <summary>Technical, business and operational success.</summary>
    public ImmutableArray<SuccessLine> Success { get; init; } = [];

    /// <summary>Notifications of it that its channels still have, oldest first; null where they were not read.</summary>
    public ImmutableArray<NotificationStory>? Notifications { get; init; }

    /// <summary>Extent of <see cref="Notifications"/>, or the reason for none, in a sentence.</summary>
    public string? NotificationsText { get; init; }

    /// <summary>Triggers with their spans in force, for questions about kept measurements.</summary>
    [JsonIgnore]
    public ImmutableArray<WatchedTrigger> Watched { get; init; } = [];

    /// <summary>Plan in force at the end of the report; null for a retrospective that was not made from events.</summary>
    [JsonIgnore]
    public Plan? Plan { get; init; }

    /// <summary>Counted exposure of users; null where it was not counted, which events do not say.</summary>
    public Exposure? Exposure { get; init; }

    /// <summary>Reason for no exposure; null where there is one.</summary>
    public string? ExposureReason { get; init; }

    /// <summary>Makes the retrospective.</summary>
    /// <param name="events">All events from the first one on; at least that one.</param>
    /// <param name="until">End of the report; null for the newest event's time. Spans that have ended do not extend to it.</param>
    public static Retrospective Of(IEnumerable<Happened<RolloutEvent>> events, DateTimeOffset? until = null)
    {
        var story = new RetrospectiveBuilder();
        foreach (var happened in events)
        {
            story.See(happened);
        }

        return story.Build(until);
    }
}

/// <summary>Identity, times and outcome of a rollout.</summary>
/// <param name="Rollout">Id.</param>
/// <param name="Title">The plan's title.</param>
/// <param name="Plan">The executed revision.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Flag">The routed flag.</param>
/// <param name="Status">Status of the rollout.</param>
/// <param name="Outcome">The outcome in one sentence.</param>
/// <param name="CreatedAt">Time of its creation, UTC.</param>
/// <param name="StartedAt">Null when it was not started.</param>
/// <param name="EndedAt">Time of its completion or abort, UTC; null when there was neither.</param>
/// <param name="Took">Time from the start to its end, or to the end of the report.</param>
/// <param name="Version">Version of the newest event in the report.</param>
/// <param name="Until">End of the report.</param>
public sealed record Headline(
    string Rollout, string? Title, PlanName Plan, string Environment, string Flag, RolloutStatus Status, string Outcome,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, TimeSpan Took, long Version, DateTimeOffset Until);

/// <summary>A plan revision.</summary>
public sealed record PlanName(string Name, int Revision, string Hash);

/// <summary>A request to pass a failing gate.</summary>
/// <param name="Review">Review in which a second person decided.</param>
/// <param name="Phase">Phase.</param>
/// <param name="Step">The step that did not end.</param>
/// <param name="AskedBy">The first person.</param>
/// <param name="AskedAt">Time of the request.</param>
/// <param name="Reason">Reason given for it.</param>
/// <param name="Failing">Every reason against it, as the first person saw them.</param>
/// <param name="Verdicts">The failing verdicts, each with its numbers when the review was last open.</param>
/// <param name="Passed">True when it was approved and the step ended by it.</param>
/// <param name="Outcome">Outcome of the review; null while it is open.</param>
/// <param name="ClosedAt">Time of its end; null while it is open.</param>
/// <param name="Decisions">Decisions with their reasons.</param>
public sealed record OverrideStory(
    string Review, string Phase, string Step, Actor AskedBy, DateTimeOffset AskedAt, string Reason, string Failing,
    ImmutableArray<FailingVerdict> Verdicts,
    bool Passed, ReviewOutcome? Outcome, DateTimeOffset? ClosedAt, ImmutableArray<ReviewDecision> Decisions);

/// <summary>A verdict that keeps a step from ending.</summary>
public sealed record FailingVerdict(string Criterion, Verdict Verdict, string Text);

/// <summary>One visit of a phase.</summary>
public sealed record PhaseStory(
    string Name, string? Title, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, TimeSpan Took, bool Overran,
    ImmutableArray<StepStory> Steps);

/// <summary>One visit of a step.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">Display text.</param>
/// <param name="Percentage">Share of users on new.</param>
/// <param name="Segments">Segments on new.</param>
/// <param name="StartedAt">Time of its entry.</param>
/// <param name="EndedAt">Time of its end; null while it is current.</param>
/// <param name="Took">Time that it took.</param>
/// <param name="HoldWaived">True when a person ended its hold early.</param>
/// <param name="Ended">Way in which it ended; null while it is current.</param>
public sealed record StepStory(
    string Name, string? Title, decimal Percentage, ImmutableArray<string> Segments, DateTimeOffset StartedAt, DateTimeOffset? EndedAt,
    TimeSpan Took,
    bool HoldWaived, StepEnd? Ended)
{
    /// <summary>Segments of which a share was on new; null for none.</summary>
    public SegmentPercentage[]? Shares { get; init; }
}

/// <summary>A rollback.</summary>
/// <param name="At">Time of the decision.</param>
/// <param name="Kind">Users that it took back.</param>
/// <param name="By">The person or trigger that decided it.</param>
/// <param name="Reason">Reason.</param>
/// <param name="Phase">Phase before it.</param>
/// <param name="Step">Step before it.</param>
/// <param name="From">Share on new before.</param>
/// <param name="To">Share on new after.</param>
/// <param name="Segments">Segments that were taken back.</param>
/// <param name="Evidence">Evidence of the trigger; null when a person decided it.</param>
/// <param name="Incident">Incident with the following steps and times; null for a step back.</param>
/// <param name="Undone">Time at which a person restored these users; null when none did.</param>
public sealed record RollbackStory(
    DateTimeOffset At, RollbackKind Kind, Actor By, string Reason, string Phase, string Step, decimal From, decimal To,
    ImmutableArray<string> Segments,
    Evidence? Evidence, string? Incident, HistoryEntry? Undone)
{
    /// <summary>People who may have seen the fault, counted at its time; null where they were not.</summary>
    public SeenPeople? Seen { get; init; }
}

/// <summary>Users that a rollback takes back.</summary>
public enum RollbackKind
{
    /// <summary>Everyone to legacy.</summary>
    Everyone,

    /// <summary>Some segments to legacy.</summary>
    Segments,

    /// <summary>To the audience of the step before.</summary>
    StepBack,
}

/// <summary>An incident with its times.</summary>
/// <param name="Id">Id.</param>
/// <param name="Severity">critical or major.</param>
/// <param name="Status">Status of the incident.</param>
/// <param name="Reason">Reason for which it was opened.</param>
/// <param name="Trigger">Trigger that opened it; null when a person did.</param>
/// <param name="OpenedAt">Time of its opening.</param>
/// <param name="TimeToDetect">Time from the first bad sample to its detection; null when a person decided.</param>
/// <param name="TimeToRollBack">Time from the first bad sample (or the person's command) until the nodes were confirmed to route by it; without
/// a confirmation, until the trigger's rollback was decided.</param>
/// <param name="Acknowledged">The first person who acknowledged it.</param>
/// <param name="Escalated">Reason for its escalation: people had to act.</param>
/// <param name="Ended">Outcome.</param>
/// <param name="Open">Time from its opening to its end, or to the end of the report.</param>
/// <param name="Legs">The steps after the rollback, each with its measured time.</param>
public sealed record IncidentStory(
    string Id, string Severity, IncidentStatus Status, string Reason, string? Trigger, DateTimeOffset OpenedAt, TimeSpan? TimeToDetect,
    TimeSpan? TimeToRollBack, IncidentMark? Acknowledged, Escalation? Escalated, IncidentEnd? Ended, TimeSpan Open,
    ImmutableArray<FinishedStep> Legs);

/// <summary>A time at which a trigger's condition came true.</summary>
/// <param name="Trigger">Name of the trigger.</param>
/// <param name="Since">Time from which the condition held, on sample time.</param>
/// <param name="SeenAt">Time at which the orchestrator first saw it.</param>
/// <param name="FiredAt">Time at which it had held for long enough; null when it never had.</param>
/// <param name="ClearedAt">Time at which it cleared; null when no event says so.</param>
/// <param name="Action">Action of the trigger; null when it did not fire.</param>
/// <param name="Level">critical or warning; null when it did not fire.</param>
/// <param name="Text">The newest evidence in one sentence.</param>
public sealed record TriggerStory(
    string Trigger, DateTimeOffset Since, DateTimeOffset SeenAt, DateTimeOffset? FiredAt, DateTimeOffset? ClearedAt, TriggerAction? Action,
    string? Level, string Text);

/// <summary>A review with its decisions.</summary>
public sealed record ReviewStory(
    string Id, ReviewKind Kind, string Phase, string Step, ImmutableArray<string> Roles, int Quorum, string? Trigger, string? RequestedBy,
    DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, TimeSpan Open, ReviewOutcome? Outcome, string Text,
    ImmutableArray<ReviewDecision> Decisions)
{
    /// <summary>Number of people of each role; null when any of <paramref name="Roles"/> might decide.</summary>
    public RoleNeed[]? Needs { get; init; }

    /// <summary>Missing approvals, now or when it closed without them; null when it had them all.</summary>
    public string? Lacks { get; init; }
    /// <summary>Name of the requester, at the time; null for a review that no person requested.</summary>
    public string? RequestedByName { get; init; }
}

/// <summary>A span without measurements.</summary>
/// <param name="Rule">The rule that could not be judged; null when no samples came at all.</param>
/// <param name="From">The last sample before it.</param>
/// <param name="Until">The first sample after it, or the end of the need for one; null while it lasts.</param>
/// <param name="Lasted">Length of the span.</param>
/// <param name="Text">Display text, one sentence.</param>
public sealed record Gap(string? Rule, DateTimeOffset From, DateTimeOffset? Until, TimeSpan Lasted, string Text);

/// <summary>Time for which a gate was shut while the rollout was under way.</summary>
/// <param name="Gate">As in <c>next.waitingFor</c>.</param>
/// <param name="Shut">Total time, whatever else was shut.</param>
/// <param name="Alone">Time while every other gate was open: the cost of this gate.</param>
public sealed record GateWait(string Gate, TimeSpan Shut, TimeSpan Alone);

/// <summary>An amendment: a corrected plan that came into force.</summary>
/// <param name="At">Time at which it came into force, UTC.</param>
/// <param name="AskedBy">The person who proposed it.</param>
/// <param name="AgreedBy">The person whose approval brought it into force, the last of <see cref="Agreed"/>; null when none was needed.</param>
/// <param name="FromRevision">The revision before.</param>
/// <param name="FromHash">Its hash.</param>
/// <param name="Revision">The revision after.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Reason">Reason.</param>
/// <param name="Looser">Parts that are looser, or were not shown to be as strict.</param>
/// <param name="Review">Review in which a second person decided.</param>
/// <param name="Triggers">Triggers whose evidence started again.</param>
/// <param name="Criteria">Criteria whose evidence started again.</param>
public sealed record AmendmentStory(
    DateTimeOffset At, Actor AskedBy, Actor? AgreedBy, int FromRevision, string FromHash, int Revision, string Hash, string Reason,
    ImmutableArray<string> Looser, string? Review,
    ImmutableArray<string> Triggers, ImmutableArray<string> Criteria)
{
    /// <summary>All approvers, in their order; empty when no approval was needed.</summary>
    public ImmutableArray<Actor> Agreed { get; init; } = [];
}

/// <summary>A notification and its delivery.</summary>
/// <param name="At">Time of the event that it is about.</param>
/// <param name="Event">Public name of that event.</param>
/// <param name="Channel">Name of the channel.</param>
/// <param name="Kind">Kind of the channel.</param>
/// <param name="Level">critical, warning or info.</param>
/// <param name="Title">A few words.</param>
/// <param name="State">pending, delivered or dead.</param>
/// <param name="Attempts">Number of tries.</param>
/// <param name="EndedAt">Time at which it was delivered or given up; null while it is pending.</param>
/// <param name="LastError">Reason why the newest try failed; null when none did.</param>
/// <param name="Folded">Number of notifications in it; 1 for one about one event.</param>
/// <param name="Escalated">True when it came here because it was not acknowledged on another channel.</param>
/// <param name="Incident">Its incident; null for none.</param>
public sealed record NotificationStory(
    DateTimeOffset At, string Event, string Channel, string Kind, string Level, string Title, string State, int Attempts,
    DateTimeOffset? EndedAt, string? LastError, int Folded, bool Escalated, string? Incident);

/// <summary>An event with its actor.</summary>
public sealed record HistoryEntry(DateTimeOffset At, Actor By, string Type, string Text);
