using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.History;

/// <summary>What a rollout was like, told from its events alone. Overrides of failing verdicts come first: they are what to talk about.</summary>
/// <param name="Headline">What, where, when, and how it ended.</param>
/// <param name="Overrides">Every try to pass a failing gate, those that passed one first.</param>
/// <param name="Phases">The visits of phases and their steps, in order.</param>
/// <param name="Rollbacks">Everyone, some segments, or a step back.</param>
/// <param name="Incidents">Each with the legs of its procedure.</param>
/// <param name="Triggers">Every time a trigger's condition came true.</param>
/// <param name="Reviews">What people were asked and what they said.</param>
/// <param name="Gaps">Spans without evidence.</param>
/// <param name="Waiting">How long each gate was shut.</param>
/// <param name="Moments">What else happened, mostly by hand.</param>
/// <param name="Amendments">Corrected plans that were taken in.</param>
public sealed record Retrospective(
    Headline Headline, ImmutableArray<OverrideStory> Overrides, ImmutableArray<PhaseStory> Phases, ImmutableArray<RollbackStory> Rollbacks,
    ImmutableArray<IncidentStory> Incidents, ImmutableArray<TriggerStory> Triggers, ImmutableArray<ReviewStory> Reviews, ImmutableArray<Gap> Gaps,
    ImmutableArray<GateWait> Waiting, ImmutableArray<Moment> Moments, ImmutableArray<AmendmentStory> Amendments)
{
    /// <summary>Tells it.</summary>
    /// <param name="events">From the first one on; at least that.</param>
    /// <param name="until">The moment it is told at; null for the newest event's. What has ended does not go on until then.</param>
    public static Retrospective Of(IEnumerable<Happened<RolloutEvent>> events, DateTimeOffset? until = null)
    {
        var story = new Story();
        foreach (var happened in events)
        {
            story.See(happened);
        }

        return story.Tell(until);
    }
}

/// <summary>What, where, when, and how it ended.</summary>
/// <param name="Rollout">Id.</param>
/// <param name="Title">The plan's title, for people.</param>
/// <param name="Plan">What was executed.</param>
/// <param name="Environment">Where.</param>
/// <param name="Flag">The routed flag.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Outcome">In one sentence.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="StartedAt">Null when it was not started.</param>
/// <param name="EndedAt">When it was completed or aborted; null when it was neither.</param>
/// <param name="Took">From the start to its end, or to the moment it is told at.</param>
/// <param name="Version">Of the newest event told of.</param>
/// <param name="Until">The moment it is told at.</param>
public sealed record Headline(
    string Rollout, string? Title, PlanName Plan, string Environment, string Flag, RolloutStatus Status, string Outcome, DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, TimeSpan Took, long Version, DateTimeOffset Until);

/// <summary>A plan revision.</summary>
public sealed record PlanName(string Name, int Revision, string Hash);

/// <summary>Somebody asked to pass a failing gate.</summary>
/// <param name="Review">Where a second person decided.</param>
/// <param name="Phase">Phase.</param>
/// <param name="Step">The step that could not end.</param>
/// <param name="AskedBy">The first person.</param>
/// <param name="AskedAt">When.</param>
/// <param name="Reason">Why they wanted it.</param>
/// <param name="Failing">Everything that stood against it, as the first person saw it.</param>
/// <param name="Verdicts">The verdicts that did, each with its numbers when the question was last open.</param>
/// <param name="Passed">True when it was approved and the step ended by it.</param>
/// <param name="Outcome">How the question ended; null while it is open.</param>
/// <param name="ClosedAt">When; null while it is open.</param>
/// <param name="Decisions">Who said what, and why.</param>
public sealed record OverrideStory(
    string Review, string Phase, string Step, Actor AskedBy, DateTimeOffset AskedAt, string Reason, string Failing, ImmutableArray<FailingVerdict> Verdicts,
    bool Passed, ReviewOutcome? Outcome, DateTimeOffset? ClosedAt, ImmutableArray<ReviewDecision> Decisions);

/// <summary>A verdict that does not let a step end.</summary>
public sealed record FailingVerdict(string Criterion, Verdict Verdict, string Text);

/// <summary>One visit of a phase.</summary>
public sealed record PhaseStory(
    string Name, string? Title, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, TimeSpan Took, bool Overran, ImmutableArray<StepStory> Steps);

/// <summary>One visit of a step.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">For people.</param>
/// <param name="Percentage">Share of users on new.</param>
/// <param name="Segments">Segments on new.</param>
/// <param name="StartedAt">When it was entered.</param>
/// <param name="EndedAt">When it was left; null when it is current.</param>
/// <param name="Took">So long.</param>
/// <param name="HoldWaived">A person ended its hold early.</param>
/// <param name="Ended">How it was left; null when it is current.</param>
public sealed record StepStory(
    string Name, string? Title, decimal Percentage, ImmutableArray<string> Segments, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, TimeSpan Took,
    bool HoldWaived, StepEnd? Ended)
{
    /// <summary>Segments of which a share was on new; null for none.</summary>
    public SegmentPercentage[]? Shares { get; init; }
}

/// <summary>How a step was left.</summary>
public enum StepEnd
{
    /// <summary>Through its open gates.</summary>
    Completed,

    /// <summary>Through a shut gate.</summary>
    Overridden,

    /// <summary>To the step before.</summary>
    SteppedBack,

    /// <summary>To legacy.</summary>
    RolledBack,

    /// <summary>Given up.</summary>
    Aborted,
}

/// <summary>Users were taken back.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">Whom.</param>
/// <param name="By">Who or what decided it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Phase">From which phase.</param>
/// <param name="Step">From which step.</param>
/// <param name="From">Share on new before.</param>
/// <param name="To">Share on new after.</param>
/// <param name="Segments">Those that went back.</param>
/// <param name="Evidence">What it rests on; null when a person decided it.</param>
/// <param name="Incident">Where the legs that followed and the times are; null for a step back.</param>
/// <param name="Undone">A person brought them on new again; null when nobody did.</param>
public sealed record RollbackStory(
    DateTimeOffset At, RollbackKind Kind, Actor By, string Reason, string Phase, string Step, decimal From, decimal To, ImmutableArray<string> Segments,
    Evidence? Evidence, string? Incident, Moment? Undone);

/// <summary>Who was taken back.</summary>
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
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it was opened.</param>
/// <param name="Trigger">What opened it; null for a person.</param>
/// <param name="OpenedAt">When.</param>
/// <param name="TimeToDetect">From the first sample that was bad to the orchestrator knowing; null when a person decided.</param>
/// <param name="TimeToRollBack">From the first bad sample (or the person's command) until the nodes were confirmed to route by it; where nobody
/// confirmed, until the trigger's rollback was decided.</param>
/// <param name="Acknowledged">The first person on it.</param>
/// <param name="Escalated">Why people had to act.</param>
/// <param name="Ended">How it ended.</param>
/// <param name="Open">From its opening to its end, or to the moment it is told at.</param>
/// <param name="Legs">What was done after the rollback, each with its measured time.</param>
public sealed record IncidentStory(
    string Id, string Severity, IncidentStatus Status, string Reason, string? Trigger, DateTimeOffset OpenedAt, TimeSpan? TimeToDetect,
    TimeSpan? TimeToRollBack, IncidentMark? Acknowledged, Escalation? Escalated, IncidentEnd? Ended, TimeSpan Open, ImmutableArray<LegDone> Legs);

/// <summary>A trigger's condition came true.</summary>
/// <param name="Trigger">Which.</param>
/// <param name="Since">Since when, on sample time.</param>
/// <param name="SeenAt">When the orchestrator first saw it.</param>
/// <param name="FiredAt">When it had been true for long enough; null when it never was.</param>
/// <param name="ClearedAt">When it was over; null when nothing says so.</param>
/// <param name="Action">What it did; null when it did not fire.</param>
/// <param name="Level">critical or warning; null when it did not fire.</param>
/// <param name="Text">The newest evidence in one sentence.</param>
public sealed record TriggerStory(
    string Trigger, DateTimeOffset Since, DateTimeOffset SeenAt, DateTimeOffset? FiredAt, DateTimeOffset? ClearedAt, TriggerAction? Action, string? Level, string Text);

/// <summary>People were asked.</summary>
public sealed record ReviewStory(
    string Id, ReviewKind Kind, string Phase, string Step, ImmutableArray<string> Roles, int Quorum, string? Trigger, string? RequestedBy,
    DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, TimeSpan Open, ReviewOutcome? Outcome, string Text, ImmutableArray<ReviewDecision> Decisions)
{
    /// <summary>So many of each role; null when any of <paramref name="Roles"/> might decide.</summary>
    public RoleNeed[]? Needs { get; init; }

    /// <summary>Approvals that it lacks, or lacked when it closed without them; null when it had them all.</summary>
    public string? Lacks { get; init; }
    /// <summary>Name of who asked, at the time; null for a review that nobody asked for.</summary>
    public string? RequestedByName { get; init; }
}

/// <summary>A span in which nothing was measured.</summary>
/// <param name="Rule">The rule that could not be judged; null when no samples came at all.</param>
/// <param name="From">The last sample before it.</param>
/// <param name="Until">The first sample after it, or when nobody asked any more; null when it goes on.</param>
/// <param name="Lasted">So long.</param>
/// <param name="Text">In one sentence.</param>
public sealed record Gap(string? Rule, DateTimeOffset From, DateTimeOffset? Until, TimeSpan Lasted, string Text);

/// <summary>How long a gate was shut while the rollout was under way.</summary>
/// <param name="Gate">As in <c>next.waitingFor</c>.</param>
/// <param name="Shut">In all, whatever else was shut.</param>
/// <param name="Alone">While every other gate was open: what this one cost.</param>
public sealed record GateWait(string Gate, TimeSpan Shut, TimeSpan Alone);

/// <summary>A corrected plan was taken in.</summary>
/// <param name="At">When.</param>
/// <param name="AskedBy">The person who asked for it.</param>
/// <param name="AgreedBy">The person whose yes brought it into force, the last of <see cref="Agreed"/>; null where none was needed.</param>
/// <param name="FromRevision">The revision before.</param>
/// <param name="FromHash">Its hash.</param>
/// <param name="Revision">The revision since.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Reason">Why.</param>
/// <param name="Looser">Parts that are looser, or were not shown to be as strict.</param>
/// <param name="Review">Where the second person decided.</param>
/// <param name="Triggers">Triggers whose evidence started again.</param>
/// <param name="Criteria">Criteria whose evidence started again.</param>
public sealed record AmendmentStory(
    DateTimeOffset At, Actor AskedBy, Actor? AgreedBy, int FromRevision, string FromHash, int Revision, string Hash, string Reason, ImmutableArray<string> Looser, string? Review,
    ImmutableArray<string> Triggers, ImmutableArray<string> Criteria)
{
    /// <summary>All who said yes, in their order; empty where no yes was needed.</summary>
    public ImmutableArray<Actor> Agreed { get; init; } = [];
}

/// <summary>Something happened, by somebody.</summary>
public sealed record Moment(DateTimeOffset At, Actor By, string Type, string Text);
