using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>Spans in milliseconds, derived from the sampling interval.</summary>
/// <param name="Sampling">A sample at t covers (t - Sampling, t].</param>
/// <param name="Lateness">Older samples are rejected.</param>
/// <param name="Ahead">Samples further in the future are rejected.</param>
/// <param name="Exact">Least time for which samples are stored at their exact instants; then they are folded into blocks.</param>
/// <param name="Kept">Folded samples are stored at least this long.</param>
internal sealed record Periods(long Sampling, long Lateness, long Ahead, long Exact, long Kept)
{
    /// <summary>Length of a block of folded samples.</summary>
    public const long Block = 30 * Minute;

    /// <summary>Length of a chunk of recent samples.</summary>
    public const long Slot = 5 * Minute;

    /// <summary>Length of a chunk of folded samples, which are dropped by whole days.</summary>
    public const long Day = 24 * 60 * Minute;

    private const long Minute = 60_000;

    public static Periods Of(TimeSpan sampling, TimeSpan longestTriggerWindow, TimeSpan longestSpan = default)
    {
        var s = Math.Max(1, (long)sampling.TotalMilliseconds);
        var trigger = longestTriggerWindow <= TimeSpan.FromHours(1) ? (long)longestTriggerWindow.TotalMilliseconds : 0;
        return new Periods(s, Math.Max(10 * Minute, 40 * s), Math.Max(Minute, 4 * s), Math.Max(Math.Max(15 * Minute, 60 * s), trigger),
            Math.Max(14 * Day, (long)longestSpan.TotalMilliseconds + Day));
    }

    public static Periods Of(Plan plan)
    {
        var rules = plan.Triggers
            .Concat(plan.Phases.SelectMany(phase => phase.Triggers.Concat(phase.Steps.SelectMany(step => step.Triggers))))
            .Select(trigger => trigger.Rule);
        var windows = rules.SelectMany(rule => rule.Windows()).Select(over => over ?? plan.Judgement.Window)
            .Where(window => window <= TimeSpan.FromHours(1));
        return Of(plan.Judgement.Sampling, windows.Append(plan.Judgement.Window).Max(), LongestSpan(plan));
    }

    /// <summary>
    /// Longest span that the plan looks back: a criterion's window, a step without one, and the trailing baseline behind them.
    /// </summary>
    private static TimeSpan LongestSpan(Plan plan)
    {
        var windows = plan.Phases.SelectMany(phase => phase.Success.Concat(phase.Steps.SelectMany(step => step.Success)))
            .SelectMany(c => c.Rule.Windows()).Select(over => over ?? TimeSpan.Zero)
            .Concat(plan.Phases.SelectMany(phase => phase.Steps).Select(step => step.Hold))
            .Concat(plan.Phases.Select(phase => phase.LegacyUnusedFor ?? TimeSpan.Zero));
        var trails = plan.Metrics.Select(metric => metric.Baseline is Baseline.Trailing trailing ? trailing.Duration : TimeSpan.Zero);
        return windows.Max() + trails.Append(TimeSpan.Zero).Max();
    }

    /// <summary>Start of the (start, start + length] that holds an instant.</summary>
    public static long StartOf(long at, long length) => (at - 1) / length * length;
}
