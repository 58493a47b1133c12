namespace Orchestrator.Domain.Rollouts.Rules;

/// <summary>Evidence of an automatic event.</summary>
/// <param name="Rule">The rule as written.</param>
/// <param name="Observed">The value, in the metric's base unit; null when nothing was measured.</param>
/// <param name="Limit">The limit in the same unit; null when the rule has no number.</param>
/// <param name="Baseline">The baseline at that time; null when none was used.</param>
/// <param name="Samples">Number of samples behind the value.</param>
/// <param name="Window">Length of the measured window.</param>
/// <param name="Covered">The part of it in which samples arrived.</param>
/// <param name="At">Sample time.</param>
/// <param name="Text">Display text, one sentence with all of it.</param>
public sealed record Evidence(
    string Rule, double? Observed, double? Limit, double? Baseline, long Samples, TimeSpan Window, TimeSpan Covered, DateTimeOffset At,
    string Text);
