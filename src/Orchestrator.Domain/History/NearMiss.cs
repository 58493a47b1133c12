using System.Text.Json.Serialization;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Conditions;
using System.Collections.Immutable;

namespace Orchestrator.Domain.History;

/// <summary>Closest approach of a trigger to firing, as far as events and kept measurements tell it.</summary>
/// <param name="Trigger">Name of the trigger.</param>
/// <param name="Rule">Its rule as written, the newest one.</param>
/// <param name="Action">Its action.</param>
/// <param name="Level">critical or warning.</param>
/// <param name="Kind">Source of the answer.</param>
/// <param name="Distance">From 1 (as far as can be) to 0 (its condition held, or it fired); null when it is unknown.</param>
/// <param name="At">Time of the closest approach, UTC; null when it is unknown.</param>
/// <param name="InForce">Time for which it was in force.</param>
/// <param name="Told">Part of that time whose measurements are kept; zero when none are, or when events alone answer.</param>
/// <param name="Text">All of it in one or two sentences.</param>
public sealed record NearMiss(
    string Trigger, string Rule, TriggerAction Action, string Level, NearMissKind Kind, double? Distance, DateTimeOffset? At,
    TimeSpan InForce, TimeSpan Told, string Text)
{
    /// <summary>Number of times that its condition came true.</summary>
    public int Times { get; init; }

    /// <summary>Longest time for which its condition held without firing; null when it never did.</summary>
    public TimeSpan? Held { get; init; }

    /// <summary>Time for which it must hold; null when it fires at once.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Measured value at the closest approach, in the base unit of the metric; null when it is unknown.</summary>
    public double? Observed { get; init; }

    /// <summary>Limit at that time, in the same unit; null when it is unknown.</summary>
    public double? Limit { get; init; }

    /// <summary>Number of samples behind the value; null when it is unknown.</summary>
    public long? Samples { get; init; }
}

/// <summary>Source of the answer about a trigger.</summary>
public enum NearMissKind
{
    /// <summary>It fired: no near miss. From events.</summary>
    Fired,

    /// <summary>Its condition held, for less than its "for". From events.</summary>
    Held,

    /// <summary>Its condition was not seen true; kept measurements have the nearest value.</summary>
    Measured,

    /// <summary>Its condition was not seen true; no kept measurement tells how near it came.</summary>
    Unknown,
}

/// <summary>A trigger with the spans in which it was in force.</summary>
/// <param name="Trigger">The trigger, by its newest rule.</param>
/// <param name="Plan">Plan of that rule.</param>
/// <param name="Spans">Spans in order of time, which do not overlap.</param>
public sealed record WatchedTrigger(Trigger Trigger, Plan Plan, ImmutableArray<WatchSpan> Spans)
{
    /// <summary>Sum of the spans.</summary>
    [JsonIgnore]
    public TimeSpan InForce => TimeSpan.FromTicks(Spans.Sum(span => (span.Until - span.From).Ticks));
}

/// <summary>A span in which a trigger was in force.</summary>
/// <param name="From">Its begin, UTC.</param>
/// <param name="Until">Its end, UTC.</param>
/// <param name="Traffic">Traffic of its condition where that names none.</param>
public sealed record WatchSpan(DateTimeOffset From, DateTimeOffset Until, Traffic Traffic);
