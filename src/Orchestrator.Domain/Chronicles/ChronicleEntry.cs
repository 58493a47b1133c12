using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Chronicles;

/// <summary>An event of a rollout in words, with its place in the course of the rollout.</summary>
/// <param name="Recorded">The event as the log has it.</param>
/// <param name="Kind">Kind, for filters.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Moves">True when it changed who gets what: the users on new, or a flag of the phase.</param>
/// <param name="Visit">Visit of a step in which it happened; null before the start.</param>
/// <param name="Incident">Id of the incident that it belongs to; null for none.</param>
public sealed record ChronicleEntry(
    RecordedEvent Recorded, EntryKind Kind, string Text, bool Moves, EntryVisit? Visit, string? Incident);

/// <summary>Kinds of entries. Each event has one.</summary>
public enum EntryKind
{
    /// <summary>The course: start, phases, steps, shares, rollbacks, the end.</summary>
    Moves,

    /// <summary>Judgements of rules and the arrival of evidence.</summary>
    Verdicts,

    /// <summary>Decisions and reports of people that move nothing by themselves.</summary>
    People,

    /// <summary>Triggers that fired, incidents and the procedure after a rollback.</summary>
    Incident,

    /// <summary>The line, the clock, lapsed times.</summary>
    System,
}

/// <summary>One visit of a step: a step that was left and entered again has two.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Step">Name of the step.</param>
/// <param name="Entry">Version of the event by which it was entered.</param>
/// <param name="Number">1 for the first visit of the step.</param>
public sealed record EntryVisit(string Phase, string Step, long Entry, int Number);

/// <summary>An event that this build cannot read: the entries end before it.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Text">One sentence.</param>
public sealed record UnreadEvent(long Version, string Text);

/// <summary>A stay in a phase.</summary>
/// <param name="Phase">Name.</param>
/// <param name="Title">Title; null when it has none.</param>
/// <param name="Version">Version of the event that began it.</param>
/// <param name="From">Its beginning.</param>
/// <param name="Until">Its end; null while it lasts.</param>
public sealed record PhaseSpan(string Phase, string? Title, long Version, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>Share of all users on new from a moment on.</summary>
/// <param name="Version">Version of the event.</param>
/// <param name="At">The moment.</param>
/// <param name="Percentage">0 to 100.</param>
public sealed record SharePoint(long Version, DateTimeOffset At, decimal Percentage);

/// <summary>A rollback or an incident on the axis of time.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="Version">Version of the event.</param>
/// <param name="At">Its moment.</param>
/// <param name="Until">End of an incident; null while it is open, and for a rollback.</param>
/// <param name="Incident">Id of the incident; null for a rollback.</param>
/// <param name="Text">One sentence.</param>
public sealed record CourseMark(
    CourseMarkKind Kind, long Version, DateTimeOffset At, DateTimeOffset? Until, string? Incident, string Text);

/// <summary>Kinds of marks.</summary>
public enum CourseMarkKind
{
    /// <summary>Users were taken back to legacy.</summary>
    Rollback,

    /// <summary>An incident was opened.</summary>
    Incident,
}
