using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Plans.Rules;

/// <summary>A metric of a plan: its computation from raw series, with its target and alert.</summary>
/// <param name="Name">Name that conditions use.</param>
/// <param name="Source">Its computation.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Title">Display text; null takes the name.</param>
/// <param name="Tier">primary, secondary or business; null when not given.</param>
/// <param name="Baseline">Meaning of <c>baseline</c> in its conditions; null when it has none.</param>
/// <param name="Target">Target of the new variant; null when not given.</param>
/// <param name="Alert">Threshold worth an alert; null when not given.</param>
/// <param name="MinSamples">Overrides the plan's minimum traffic for this metric; null takes the plan's.</param>
public sealed record Metric(
    string Name, MetricSource Source, Unit Unit, string? Title = null, string? Tier = null, Baseline? Baseline = null,
    Condition? Target = null, Condition? Alert = null, long? MinSamples = null);

/// <summary>Computation of a metric from the raw series of samples.</summary>
public abstract record MetricSource
{
    private MetricSource()
    {
    }

    /// <summary>One counter divided by another; a fraction of 1.</summary>
    public sealed record Ratio(string Numerator, string Denominator) : MetricSource;

    /// <summary>A quantile (0 to 1) of a distribution.</summary>
    public sealed record Quantile(double Rank, string Series) : MetricSource;

    /// <summary>A level. Over a window the highest reading counts unless the plan says otherwise: one leaking instance must show.</summary>
    public sealed record Gauge(string Series, GaugeFold Fold = GaugeFold.Max) : MetricSource;

    /// <summary>A counter per second of covered time.</summary>
    public sealed record Rate(string Series) : MetricSource;

    /// <summary>A counter summed over the window.</summary>
    public sealed record Count(string Series) : MetricSource;
}

/// <summary>Reduction of a gauge's readings in a window to one value.</summary>
public enum GaugeFold
{
    /// <summary>The highest.</summary>
    Max,

    /// <summary>The lowest.</summary>
    Min,

    /// <summary>The mean.</summary>
    Mean,

    /// <summary>The newest.</summary>
    Last,
}
