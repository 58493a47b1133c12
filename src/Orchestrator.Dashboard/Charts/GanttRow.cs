namespace Orchestrator.Dashboard.Charts;

/// <summary>A phase, planned and actual. A time that is unknown is null; an actual begin without an end goes on.</summary>
/// <param name="Title">Name of the phase.</param>
/// <param name="State">Where it stands.</param>
/// <param name="PlannedFrom">Planned begin, UTC.</param>
/// <param name="PlannedTo">Planned end, UTC.</param>
/// <param name="From">Actual begin, UTC.</param>
/// <param name="To">Actual end, UTC.</param>
public sealed record GanttRow(
    string Title, GanttState State, DateTimeOffset? PlannedFrom, DateTimeOffset? PlannedTo,
    DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>State of a phase.</summary>
public enum GanttState
{
    /// <summary>Not begun.</summary>
    Later,

    /// <summary>Under way.</summary>
    Now,

    /// <summary>Ended as planned.</summary>
    Done,

    /// <summary>Ended by a rollback or an abort.</summary>
    Bad,
}
