using System.Collections.Immutable;

namespace Orchestrator.Domain.Rollouts.Forecasts;

/// <summary>
/// Shortest time that the rest of a rollout takes at the present traffic, by its holds and its evidence. Reviews and the calendar come on
/// top.
/// </summary>
/// <param name="Takes">From the moment of the forecast to the end of the last step; null when the time of a step is unknown.</param>
/// <param name="EvidenceAt">Earliest time at which the evidence of the current step can be complete; null before start, and when it is
/// unknown or complete.</param>
/// <param name="Steps">The current step (before start the first one) and every later one, in order.</param>
/// <param name="Text">All of it in one or two sentences.</param>
public sealed record Forecast(TimeSpan? Takes, DateTimeOffset? EvidenceAt, ImmutableArray<StepForecast> Steps, string Text);

/// <summary>Shortest time of one step.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Step">Name of the step.</param>
/// <param name="Hold">Remaining time of the hold and of the phase's shortest duration.</param>
/// <param name="Takes">Longest of the hold and every criterion; null when one is unknown.</param>
/// <param name="Criteria">Every criterion of the step.</param>
public sealed record StepForecast(string Phase, string Step, TimeSpan Hold, TimeSpan? Takes, ImmutableArray<CriterionForecast> Criteria);

/// <summary>Shortest time until the evidence of one criterion is complete, if nothing bad is measured from now on.</summary>
/// <param name="Name">Name of the criterion.</param>
/// <param name="Needs">Total number of samples that it needs; null when no number of samples decides it.</param>
/// <param name="Has">Samples measured so far; 0 in a later step.</param>
/// <param name="PerMinute">Samples a minute at the present traffic; null when the traffic is unknown.</param>
/// <param name="Takes">From now, in a later step from its start; zero when complete, null when unknown.</param>
/// <param name="Text">One sentence with the numbers.</param>
public sealed record CriterionForecast(string Name, long? Needs, long Has, double? PerMinute, TimeSpan? Takes, string Text);
