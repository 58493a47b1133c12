namespace Orchestrator.Domain.Rollouts;

/// <summary>What an automatic event rests on.</summary>
/// <param name="Rule">The rule as written.</param>
/// <param name="Observed">The value, in the metric's base unit; null when nothing was measured.</param>
/// <param name="Limit">What it was held against, in the same unit; null when it speaks of no number.</param>
/// <param name="Baseline">The baseline at that time; null when none was used.</param>
/// <param name="Samples">How many samples the value rests on.</param>
/// <param name="Window">The span measured.</param>
/// <param name="Covered">The part of it in which samples came.</param>
/// <param name="At">Sample time.</param>
/// <param name="Text">All of it in one sentence.</param>
public sealed record Evidence(
    string Rule, double? Observed, double? Limit, double? Baseline, long Samples, TimeSpan Window, TimeSpan Covered, DateTimeOffset At, string Text);
