using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Charts;

/// <summary>Way of a value from its target to the threshold of a trigger. A threshold may lie above the target or below it.</summary>
/// <param name="Target">Value at the left end.</param>
/// <param name="Threshold">Value that must not be passed.</param>
/// <param name="Current">Value now; null without evidence.</param>
/// <param name="Unit">Unit of the three.</param>
public sealed record Distance(double Target, double Threshold, double? Current, string? Unit = null)
{
    /// <summary>Place of the threshold: room is left for values beyond it.</summary>
    public const double ThresholdPlace = 0.8;

    /// <summary>Part of the way: 0 at the target or better, 1 at the threshold, more beyond; null without evidence.</summary>
    public double? Part => Current is not { } now || !double.IsFinite(now) || !double.IsFinite(Target) || !double.IsFinite(Threshold) ? null
        : Target == Threshold ? (now == Threshold ? 1 : now > Threshold ? 2 : 0)
        : Math.Clamp(((now / 2) - (Target / 2)) / ((Threshold / 2) - (Target / 2)), 0, 100);

    /// <summary>Place of the current value in the bar, 0 to 1; null without evidence.</summary>
    public double? Place => Part is { } part ? Math.Min(part * ThresholdPlace, 1) : null;

    /// <summary>Class of the bar.</summary>
    public string Class => Part switch { null => "is-none", >= 1 => "is-breached", >= 0.8 => "is-warning", _ => "is-met" };

    /// <summary>The bar in words.</summary>
    public string Text => Part is { } part
        ? $"Now {Numbers.Value(Current, Unit)}; target {Numbers.Value(Target, Unit)}, limit {Numbers.Value(Threshold, Unit)}: "
            + (part >= 1 ? "at or beyond the limit." : $"{Numbers.Digits(Math.Floor(part * 100))} % of the way to the limit.")
        : $"No evidence; target {Numbers.Value(Target, Unit)}, limit {Numbers.Value(Threshold, Unit)}.";
}
