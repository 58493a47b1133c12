using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>A question for the variants of a user over a time.</summary>
public sealed record JourneyRequest
{
    /// <summary>Key of the flag.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Attributes of the user, with <c>targetingKey</c>.</summary>
    public JsonElement Context { get; init; }

    /// <summary>Begin of the time; null for the whole history of the flag.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>End of the time; null for now.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>Answers of one flag for one user over a time, by the log.</summary>
public sealed record Journey
{
    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Key of the flag.</summary>
    public string Flag { get; init; } = "";

    /// <summary>Begin of the time; null for the whole history of the flag.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>End of the time.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Position of the log up to which events count.</summary>
    public long Position { get; init; }

    /// <summary>Times with one answer each, oldest first; at most 1,000, the newest.</summary>
    public IReadOnlyList<JourneyInterval> Intervals { get; init; } = [];

    /// <summary>Sentence about what is not shown; null when all is.</summary>
    public string? Notice { get; init; }
}

/// <summary>A time with one answer: variant, value, reason, rollout and step stay.</summary>
public sealed record JourneyInterval
{
    /// <summary>Begin; may lie before the begin of the requested time.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>End; null where it lasts to the end of the requested time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Variant; null for an error.</summary>
    [Words("legacy", "new", "static")]
    public string? Variant { get; init; }

    /// <summary>The value; null for an error.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>OpenFeature's name of the reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>OpenFeature's code; null for no error.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Bucket of the user, 0 to 99,999; null where none decides.</summary>
    public int? Bucket { get; init; }

    /// <summary>Attribute that decides the bucket; null for the targeting key.</summary>
    public string? StickyBy { get; init; }

    /// <summary>Share of all users on new at the begin, 0 to 100; null for a static flag.</summary>
    public decimal? Percentage { get; init; }

    /// <summary>Users on new at the begin, in words; null for a static flag.</summary>
    public string? Audience { get; init; }

    /// <summary>Id of the rollout; null for a static flag.</summary>
    public string? Rollout { get; init; }

    /// <summary>Revision of the plan at the begin.</summary>
    public int? PlanRevision { get; init; }

    /// <summary>Phase.</summary>
    public string? Phase { get; init; }

    /// <summary>Step.</summary>
    public string? Step { get; init; }

    /// <summary>Reason of the begin, for a place in a sentence: <c>joined at 10 %, bucket 8,211</c>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Event that began it.</summary>
    public JourneyBegin Began { get; init; } = new();
}

/// <summary>An event that began an interval.</summary>
public sealed record JourneyBegin
{
    /// <summary>Stream.</summary>
    public string Stream { get; init; } = "";

    /// <summary>Version in the stream.</summary>
    public long Version { get; init; }

    /// <summary>Position in the log.</summary>
    public long Position { get; init; }

    /// <summary>Public name of the event.</summary>
    public string Type { get; init; } = "";

    /// <summary>Time of the event.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Author.</summary>
    public Author By { get; init; } = new();
}
