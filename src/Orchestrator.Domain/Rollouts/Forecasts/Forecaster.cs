using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Domain.Rollouts.Forecasts;

/// <summary>
/// Shortest time that a rollout takes. For a step under way it counts the measurements; for later steps it takes the traffic of the last
/// hour times the share of the step. It assumes that no more failures come: with failures the exact bound needs more samples.
/// </summary>
public static class Forecaster
{
    /// <summary>Queries to the windows; empty when no step is ahead.</summary>
    public static MetricQuery[] Ask(RolloutState state) =>
        !Ahead(state) ? [] : TrafficNow.Ask(state, Steps(state).SelectMany(s => s.Criteria).SelectMany(c => JoinedForecast.Parts(state, c))
            .Where(part => Pace.Decides(part.State, part.Criterion)).Select(part => part.Criterion.Rule.Condition.Subject!.Metric));

    /// <summary>The forecast; null when no step is ahead.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="seen">The newest round; null before start, or when there is none.</param>
    /// <param name="traffic">Answers to <see cref="Ask"/>.</param>
    /// <param name="now">The moment of the forecast.</param>
    public static Forecast? Of(RolloutState state, Observation? seen, MetricReading[] traffic, DateTimeOffset now)
    {
        if (!Ahead(state))
        {
            return null;
        }

        var present = new TrafficNow(state, traffic);
        ImmutableArray<StepForecast> steps = [.. Steps(state).Select(step => step.Current
            ? Current(state, step, seen, present, now)
            : Of(state, step, TimeSpan.Zero, [.. step.Criteria.Select(c => Later(state, c, step, present))]))];
        TimeSpan? takes = steps.All(s => s.Takes is not null) ? steps.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Takes!.Value) : null;
        DateTimeOffset? evidence = state.PhaseIndex >= 0 && steps[0].Criteria.All(c => c.Takes is not null)
            && steps[0].Criteria.Select(c => c.Takes!.Value).DefaultIfEmpty().Max() is { Ticks: > 0 } rest
            ? now + rest : null;
        return new Forecast(takes, evidence, steps, Text(state, steps, takes));
    }

    private static bool Ahead(RolloutState state) =>
        state.PlanOrNone is not null && (state.Status == RolloutStatus.Created || state.UnderWay);

    private static StepForecast Current(RolloutState state, StepAhead step, Observation? seen, TrafficNow present, DateTimeOffset now)
    {
        var elapsed = state.HoldWaived ? Gates.HoldEnds(state)!.Value - state.StepSince : now - state.StepSince;
        return Of(state, step, elapsed, [.. step.Criteria.Select(c => UnderWay(state, c, step, seen, present))]);
    }

    private static StepForecast Of(RolloutState state, StepAhead step, TimeSpan elapsed, ImmutableArray<CriterionForecast> criteria)
    {
        var hold = step.Current ? (Gates.HoldEnds(state)!.Value - state.StepSince) - elapsed : step.Hold;
        hold = hold > TimeSpan.Zero ? Durations.Whole(hold) : TimeSpan.Zero;
        TimeSpan? takes = criteria.All(c => c.Takes is not null) ? criteria.Select(c => c.Takes!.Value).Append(hold).Max() : null;
        return new StepForecast(step.Phase.Name, step.Step.Name, hold, takes, criteria);
    }

    private static CriterionForecast UnderWay(
        RolloutState state, Criterion criterion, StepAhead step, Observation? seen, TrafficNow present)
    {
        var known = state.Criteria.GetValueOrDefault(criterion.Name);
        if (known?.Verdict is Verdict.Met or Verdict.Warning)
        {
            var needs = Pace.Decides(state, criterion)
                ? Pace.Needs(state, criterion, Find(seen, RoundQueries.Criterion(criterion.Name)), null)
                : null;
            return new CriterionForecast(criterion.Name, needs, known.Evidence.Samples, null, TimeSpan.Zero, $"{criterion.Name} is met.");
        }

        return JoinedForecast.Of(criterion, [.. JoinedForecast.Parts(state, criterion)
            .Select(part => UnderWay(part.State, part.Criterion, part.Question, step, seen, present))]);
    }

    private static CriterionForecast UnderWay(
        RolloutState state, Criterion criterion, string question, StepAhead step, Observation? seen, TrafficNow present)
    {
        var reading = Find(seen, question);

        // Measurements of this step are better than a share of a total; right after its start there is only the total.
        var pace = (reading is { Measured: { Samples: > 0 } measured } ? Pace.PerMinute(state, measured) : null)
            ?? Expected(state, criterion, step, present);
        return Of(state, criterion, reading, present, pace, step.Step.Hold);
    }

    private static MetricReading? Find(Observation? seen, string question) => seen is null ? null : Watching.Find(seen, question);

    private static CriterionForecast Later(RolloutState state, Criterion criterion, StepAhead step, TrafficNow present) =>
        JoinedForecast.Of(
        criterion,
        [
            .. from part in JoinedForecast.Parts(state, criterion)
               select Of(part.State, part.Criterion, null, present, Expected(part.State, part.Criterion, step, present), step.Step.Hold),
        ]);

    private static double? Expected(RolloutState state, Criterion criterion, StepAhead step, TrafficNow present) =>
        criterion.Rule.Condition.Subject is not { Variant: Variant.New } subject || !Pace.Decides(state, criterion) ? null
        : present.PerMinute(step.Audience, subject.Metric, subject.Segment, subject.Traffic == Traffic.Shadow || step.Phase.Shadow);

    private static CriterionForecast Of(
        RolloutState state, Criterion criterion, MetricReading? reading, TrafficNow present, double? pace, TimeSpan hold)
    {
        var measured = reading?.Measured ?? Measurement.None(TimeSpan.Zero);
        var window = state.Judgement.Coverage * Longest(criterion.Rule.Over ?? hold, state.Judgement.Sampling);
        var rest = window > measured.Covered ? Durations.Whole(window - measured.Covered) : TimeSpan.Zero;
        var covering = rest > TimeSpan.Zero ? $"{Durations.Rounded(rest)} {(measured.Covered > TimeSpan.Zero ? "more " : "")}to be measured" : "";
        if (criterion.Rule.Condition.Subject is not { Metric: not RoundQueries.Incidents, Variant: Variant.New } subject
            || !Pace.Decides(state, criterion))
        {
            var chance = criterion.Rule.Alpha is null ? "" : "; the number of requests depends on the difference between the variants";
            return new CriterionForecast(
                criterion.Name, null, measured.Samples, pace, criterion.Rule.Alpha is null ? rest : null, $"{criterion.Name}: {(covering.Length > 0 ? covering : "measured for long enough")}{chance}.");
        }

        var like = present.Like(subject.Metric, subject.Segment);
        if (Pace.Needs(state, criterion, reading, like) is not { } needs)
        {
            var why = measured.Samples == 0 && like is null ? "the number of requests depends on the present share, which is unknown" : "no number of requests shows it at the present share";
            return new CriterionForecast(criterion.Name, null, measured.Samples, pace, null, $"{criterion.Name}: {why}.");
        }

        var missing = needs - measured.Samples;
        TimeSpan? takes = Pace.Time(missing, pace) is { } time ? Longest(time, rest) : null;
        var more = measured.Samples > 0 && missing > 0 ? $" ({Pace.Number(missing)} more)" : "";
        var samples = missing > 0 ? $"needs {Pace.Number(needs)} requests{more}; {Pace.Words(missing, pace)}" : $"has its {Pace.Number(needs)} requests";
        return new CriterionForecast(criterion.Name, needs, measured.Samples, pace, takes, $"{criterion.Name} {samples}{(covering.Length > 0 ? $"; {covering}" : "")}.");
    }

    private static string Text(RolloutState state, ImmutableArray<StepForecast> steps, TimeSpan? takes)
    {
        var what = state.Status == RolloutStatus.Created ? "The rollout" : "The rest of the rollout";
        var slowest = steps.Where(s => s.Takes is null || s.Takes > s.Hold)
            .SelectMany(s => s.Criteria.Where(c => c.Takes is null || c.Takes > s.Hold).Select(c => (Step: s, Criterion: c)))
            .OrderByDescending(s => s.Criterion.Takes is null ? TimeSpan.MaxValue : s.Criterion.Takes.Value - s.Step.Hold).FirstOrDefault();
        var longest = slowest.Step is null ? "No evidence takes longer than the hold of its step." : $"In step {slowest.Step.Step}, {slowest.Criterion.Text}";
        return (takes is { } time ? $"{what} takes at least {Durations.Rounded(time)} at the present traffic, without reviews and change windows. " : $"{what} takes an unknown time at the present traffic. ") + longest;
    }

    private static IEnumerable<StepAhead> Steps(RolloutState state)
    {
        var audience = StepAudience.None;
        for (var p = 0; p < state.Plan.Phases.Length; p++)
        {
            var phase = state.Plan.Phases[p];
            var sum = TimeSpan.Zero;
            for (var s = 0; s < phase.Steps.Length; s++)
            {
                var step = phase.Steps[s];
                audience = audience.With(step);
                var last = s == phase.Steps.Length - 1 && phase.Duration is { } duration && duration.Min - sum > step.Hold
                    ? phase.Duration.Min - sum
                    : step.Hold;
                sum += step.Hold;
                if (p > state.PhaseIndex || (p == state.PhaseIndex && s >= state.StepIndex))
                {
                    var exposes = phase.Shadow || audience.Percentage > Share.None || !audience.Segments.IsEmpty
                        || !audience.Shares.IsEmpty;
                    yield return new StepAhead(phase, step, audience, last, StepRules.Of(state.Plan, p, s).CriteriaWhen(exposes),
                        p == state.PhaseIndex && s == state.StepIndex);
                }
            }
        }
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>A step that is not over.</summary>
    private sealed record StepAhead(
        Phase Phase, Step Step, StepAudience Audience, TimeSpan Hold, ImmutableArray<Criterion> Criteria, bool Current);
}
