namespace Orchestrator.Api.Client;

/// <summary>Counted users of a flag, the last day.</summary>
public sealed record People
{
    /// <summary>Different users.</summary>
    public long Total { get; init; }

    /// <summary>Users on new.</summary>
    public long New { get; init; }

    /// <summary>Users on legacy.</summary>
    public long Legacy { get; init; }

    /// <summary>Users of each segment.</summary>
    public IReadOnlyList<SegmentPeople> BySegment { get; init; } = [];

    /// <summary>Begin of the count.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the count.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Standard error of the estimates.</summary>
    public double Error { get; init; }

    /// <summary>The current hour.</summary>
    public PeopleWindow Hour { get; init; } = new();

    /// <summary>The hour before; null without one.</summary>
    public PeopleWindow? LastHour { get; init; }

    /// <summary>Origin of the counts.</summary>
    public PeopleSources Sources { get; init; } = new();
}

/// <summary>Counted users of a span of time.</summary>
public sealed record PeopleWindow
{
    /// <summary>Different users.</summary>
    public long Total { get; init; }

    /// <summary>Users on new.</summary>
    public long New { get; init; }

    /// <summary>Users on legacy.</summary>
    public long Legacy { get; init; }

    /// <summary>Users of each segment.</summary>
    public IReadOnlyList<SegmentPeople> BySegment { get; init; } = [];

    /// <summary>Begin of the count.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End of the count.</summary>
    public DateTimeOffset To { get; init; }
}

/// <summary>Counted users of a segment.</summary>
public sealed record SegmentPeople
{
    /// <summary>Key.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Different users.</summary>
    public long Total { get; init; }

    /// <summary>Users on new.</summary>
    public long New { get; init; }

    /// <summary>Users on legacy.</summary>
    public long Legacy { get; init; }
}

/// <summary>Origin of counted users.</summary>
public sealed record PeopleSources
{
    /// <summary>Nodes whose users are in it.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Nodes whose users are not in it.</summary>
    public IReadOnlyList<MissingNode> Missing { get; init; } = [];

    /// <summary>Processes of the .NET client.</summary>
    public long Clients { get; init; }

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";
}

/// <summary>A node whose users are not counted.</summary>
public sealed record MissingNode
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Role.</summary>
    public string Role { get; init; } = "";
}
