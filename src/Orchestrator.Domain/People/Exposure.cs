using System.Collections.Immutable;

namespace Orchestrator.Domain.People;

/// <summary>Counted exposure of users to the new variant of one rollout.</summary>
/// <param name="Phases">Stays in phases, oldest first.</param>
/// <param name="Faults">Faults that were undone, oldest first.</param>
/// <param name="From">Begin of the oldest hour that is counted; null where faults alone were, at their time.</param>
/// <param name="Text">Origin of the numbers, one or two sentences.</param>
public sealed record Exposure(
    ImmutableArray<PhaseExposure> Phases, ImmutableArray<FaultExposure> Faults, DateTimeOffset? From, string Text);

/// <summary>Exposure in one stay in a phase.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="From">Its begin, UTC.</param>
/// <param name="Until">Its end; null while it lasts.</param>
/// <param name="UserHours">Sum of the different users on new of each counted hour; null where no hour was counted.</param>
/// <param name="BySegment">The same for the users of each segment; a user of several counts in each.</param>
/// <param name="Hours">Hours of the clock that belong to it.</param>
/// <param name="Counted">Hours among them that were counted.</param>
/// <param name="Shared">Counted hours in which an earlier phase lasted too: their users count here alone.</param>
/// <param name="Text">The numbers, or the reason for none, in one sentence.</param>
public sealed record PhaseExposure(
    string Phase, DateTimeOffset From, DateTimeOffset? Until, long? UserHours, ImmutableArray<SegmentExposure> BySegment, long Hours,
    int Counted, int Shared, string Text);

/// <summary>User-hours on new of a segment.</summary>
/// <param name="Segment">Key of the segment.</param>
/// <param name="UserHours">Sum of its different users on new of each counted hour.</param>
public sealed record SegmentExposure(string Segment, long UserHours);

/// <summary>Users on new while a fault lasted.</summary>
/// <param name="At">Time of the rollback, UTC.</param>
/// <param name="Trigger">Trigger that saw the fault; null when a person rolled back.</param>
/// <param name="Segments">Segments that were taken back; none for everyone.</param>
/// <param name="Since">Begin of the fault on sample time; null where no trigger says it.</param>
/// <param name="People">
/// Most people that can have seen it: those on new in the whole hours of the fault. Null where they were not counted.
/// </param>
/// <param name="From">Begin of the first of these hours; null without a count.</param>
/// <param name="To">End of the last; null without a count.</param>
/// <param name="Text">The number, or the reason for none, in one sentence.</param>
public sealed record FaultExposure(
    DateTimeOffset At, string? Trigger, ImmutableArray<string> Segments, DateTimeOffset? Since, long? People, DateTimeOffset? From,
    DateTimeOffset? To, string Text);
