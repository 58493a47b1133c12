using System.Collections.Immutable;

namespace Orchestrator.Domain.People;

/// <summary>Estimates of one rollout.</summary>
/// <param name="Day">The present hour and those before it, <see cref="PeopleTally.Hours"/> in all, or since counting began.</param>
/// <param name="Hour">The present hour.</param>
/// <param name="LastHour">The last full hour; null when counting began after it.</param>
public sealed record PeopleCounts(PeopleWindow Day, PeopleWindow Hour, PeopleWindow? LastHour);

/// <summary>Different users in a time.</summary>
/// <param name="First">Number of its first hour.</param>
/// <param name="Last">Number of its last hour.</param>
/// <param name="All">Users of the rollout.</param>
/// <param name="BySegment">Users of each segment that is counted apart.</param>
/// <param name="Processes">Processes of the .NET client that reported users.</param>
/// <param name="Refused">True when there was no room for all users: the numbers are too low.</param>
public sealed record PeopleWindow(
    long First, long Last, PeopleNumbers All, ImmutableArray<PeopleBySegment> BySegment, long Processes, bool Refused)
{
    /// <summary>Begin of the time.</summary>
    public DateTimeOffset From => new(First * TimeSpan.TicksPerHour, TimeSpan.Zero);

    /// <summary>End of the time.</summary>
    public DateTimeOffset To => new((Last + 1) * TimeSpan.TicksPerHour, TimeSpan.Zero);
}

/// <summary>Numbers of users. One who changed sides in the time counts on both and once in the total.</summary>
/// <param name="Total">Different users.</param>
/// <param name="New">Users who got new.</param>
/// <param name="Legacy">Users who got legacy.</param>
public sealed record PeopleNumbers(long Total, long New, long Legacy);

/// <summary>Users of a segment. A user of several counts in each.</summary>
public sealed record PeopleBySegment(string Segment, PeopleNumbers Users);

/// <summary>Subject of a sketch.</summary>
public enum PeopleKind
{
    /// <summary>Users who got legacy.</summary>
    Legacy,

    /// <summary>Users who got new.</summary>
    New,

    /// <summary>Processes that reported users.</summary>
    Processes,
}

/// <summary>One sketch, on its way to another process.</summary>
/// <param name="Segment">Key of the segment; null for the users of all.</param>
/// <param name="Kind">Its subject.</param>
/// <param name="Hour">Number of the hour.</param>
/// <param name="Users">The sketch, as <see cref="PackedPeople"/> writes it.</param>
public sealed record PeopleOf(string? Segment, PeopleKind Kind, long Hour, byte[] Users);

/// <summary>Users that a process of the client counted since its last report.</summary>
/// <param name="Process">Hash of the name of the process.</param>
/// <param name="Users">The sketches; their hour is that of their arrival.</param>
public sealed record PeopleReport(uint Process, ImmutableArray<PeopleOf> Users);
