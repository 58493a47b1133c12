using System.Collections.Immutable;

namespace Orchestrator.Contracts;

/// <summary>Answer of a segment for one user: the variant of the flag, and the user's place in the segment.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orchestrator.SegmentAnswer")]
public sealed record SegmentAnswer
{
    /// <summary>Name of the environment.</summary>
    [Id(0)]
    public string Environment { get; init; } = "";

    /// <summary>Key of the segment.</summary>
    [Id(1)]
    public string Segment { get; init; } = "";

    /// <summary>
    /// True for a user of the segment; null when that depends on the targeting key and there is none, and for an unknown segment.
    /// </summary>
    [Id(2)]
    public bool? Belongs { get; init; }

    /// <summary>Rules of the segment, in their order, with what each of them saw.</summary>
    [Id(3)]
    public ImmutableArray<SegmentRule> Rules { get; init; } = [];

    /// <summary>Value of the flag as JSON; null for an error, and where no flag was asked for.</summary>
    [Id(4)]
    public string? Value { get; init; }

    /// <summary><c>new</c>, <c>legacy</c> or <c>static</c>; null for an error, and where no flag was asked for.</summary>
    [Id(5)]
    public string? Variant { get; init; }

    /// <summary>
    /// OpenFeature's name of the reason: <c>SPLIT</c>, <c>TARGETING_MATCH</c>, <c>STALE</c> …; <c>ERROR</c> for an error; null where no
    /// flag was asked for.
    /// </summary>
    [Id(6)]
    public string? Reason { get; init; }

    /// <summary>OpenFeature's code of an error, or <c>SEGMENT_NOT_FOUND</c>; null for none.</summary>
    [Id(7)]
    public string? ErrorCode { get; init; }

    /// <summary>The error in a sentence; null for none.</summary>
    [Id(8)]
    public string? ErrorDetails { get; init; }

    /// <summary>Id of the rollout that routes the flag; null for a static flag.</summary>
    [Id(9)]
    public string? Rollout { get; init; }

    /// <summary>Version of the rollout.</summary>
    [Id(10)]
    public long? Version { get; init; }

    /// <summary>Name of the phase.</summary>
    [Id(11)]
    public string? Phase { get; init; }

    /// <summary>Name of the step.</summary>
    [Id(12)]
    public string? Step { get; init; }

    /// <summary>The user's bucket, 0 to 99999, where it decided.</summary>
    [Id(13)]
    public int? Bucket { get; init; }

    /// <summary>Key of the segment that decided the variant; null where none did. It need not be the segment that was asked.</summary>
    [Id(14)]
    public string? DecidedBy { get; init; }

    /// <summary>Position of the log that the silo's table has reached.</summary>
    [Id(15)]
    public long Position { get; init; }

    /// <summary>Timeline of the log: positions of two timelines cannot be compared.</summary>
    [Id(16)]
    public long Timeline { get; init; }

    /// <summary>Time since the silo last knew that its table was the newest; null before it first did.</summary>
    [Id(17)]
    public TimeSpan? TableAge { get; init; }

    /// <summary>
    /// Remainder of the silo's lease: the answer may be used for so long, counted from before it was asked for. Null from a stale silo,
    /// whose answer is what the phase's <c>onStale</c> says.
    /// </summary>
    [Id(18)]
    public TimeSpan? GoodFor { get; init; }

    /// <summary>
    /// True for the new variant, and for a static flag whose value is true, which a retired rollout leaves. Everything else is legacy, also
    /// an error.
    /// </summary>
    public bool IsNew => Variant == Variants.New || (Variant == Variants.Static && Value == "true");
}

/// <summary>A rule of a segment, and what it saw of the user.</summary>
[GenerateSerializer]
[Immutable]
[Alias("orchestrator.SegmentRule")]
public readonly record struct SegmentRule
{
    /// <summary>The rule: <c>beta: plan equals "pro"</c>.</summary>
    [Id(0)]
    public string Rule { get; init; }

    /// <summary>True when it matches the user.</summary>
    [Id(1)]
    public bool Matched { get; init; }

    /// <summary>The value that it looked at, <c>missing</c>, or a bucket.</summary>
    [Id(2)]
    public string Saw { get; init; }
}

/// <summary>Names of variants.</summary>
public static class Variants
{
    /// <summary>The new variant of a rollout.</summary>
    public const string New = "new";

    /// <summary>The old variant of a rollout.</summary>
    public const string Legacy = "legacy";

    /// <summary>The value of a static flag.</summary>
    public const string Static = "static";
}
