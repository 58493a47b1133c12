using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Previews;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>
/// Reaction of a plan to one metric that has a bad value from the begin of a step on, as the simulator finds it: by the deciders and
/// windows of rollouts. Samples carry this metric and requests, nothing else.
/// </summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Value">The value, as conditions write it.</param>
/// <param name="Fired">Rules that fire, in order.</param>
/// <param name="Text">All of it in one or two sentences.</param>
public sealed record BadWeather(string Step, string Metric, string Value, ImmutableArray<FiredRule> Fired, string Text)
{
    /// <summary>Longest simulated time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Most simulated sampling periods: it bounds the work of a plan that samples often.</summary>
    private const int MostRounds = 6000;

    /// <summary>Requests of a sampling period: enough for every minimum of traffic, and for shares of a thousandth of a percent.</summary>
    private const long Requests = 100_000;

    /// <summary>Largest value of a series that counts, so that no sum of a day overflows.</summary>
    private const double MostCounted = 1e9;

    /// <summary>The reason why a value of a metric cannot be simulated; null when it can.</summary>
    public static string? Refusal(Metric metric, double value) => metric.Source switch
    {
        MetricSource.Count => $"'{metric.Name}' counts events over the window of each rule; ratios, quantiles, gauges and rates can be simulated",
        _ when !(value >= 0) => "must not be negative",
        MetricSource.Ratio or MetricSource.Rate when value > MostCounted => $"must be at most {MostCounted:0}",
        _ => null,
    };

    /// <summary>Simulates it; null where <paramref name="stop"/> became true, or the step cannot stand alone in a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="phase">Index of the phase.</param>
    /// <param name="step">Index of the step.</param>
    /// <param name="metric">A metric of the plan, for which there is no <see cref="Refusal"/>.</param>
    /// <param name="value">Its value on new, in its base unit.</param>
    /// <param name="at">Begin of the step; only its distance matters.</param>
    /// <param name="stop">True when the client has gone.</param>
    public static BadWeather? Of(Plan plan, int phase, int step, Metric metric, double value, DateTimeOffset at, Func<bool> stop)
    {
        var document = Alone(plan, phase, step);
        if (PlanReader.ReadDocument(document).Plan is not { } alone)
        {
            return null;
        }

        var rollout = new Simulator(new RolloutCommand.Create("preview", alone, 1, "preview", "preview"), at);
        rollout.Command(new RolloutCommand.Start(), Actor.System);
        var fired = ImmutableArray.CreateBuilder<FiredRule>();
        var seen = 0;
        var period = rollout.State.Judgement.Sampling;
        for (var round = 0; round < MostRounds && rollout.Now + period <= at + Longest; round++)
        {
            if (rollout.State.Status != RolloutStatus.Running)
            {
                break;
            }

            if (stop())
            {
                return null;
            }

            rollout.AdvanceTo(rollout.Now + period);
            rollout.Push([Measured(rollout, metric, value)]);
            for (; seen < rollout.Events.Count; seen++)
            {
                if (rollout.Events[seen].Event is TriggerFired one
                    && RulesInForce.Triggers(alone, 0, 0).FirstOrDefault(trigger => trigger.Name == one.Trigger) is { } trigger)
                {
                    fired.Add(new FiredRule(one.Trigger, rollout.Events[seen].At - at, PlanStory.Action(trigger)));
                }
            }
        }

        var name = plan.Phases[phase].Steps[step].Name;
        var shown = Units.Format(new Quantity(value, metric.Unit));
        return new BadWeather(name, metric.Name, shown, fired.ToImmutable(), Sentence(name, metric.Name, shown, fired, rollout.Now - at));
    }

    private static string Sentence(string step, string metric, string value, IReadOnlyList<FiredRule> fired, TimeSpan simulated)
    {
        var start = $"If {metric} is {value} from the begin of step {step} on, ";
        return fired.Count == 0
            ? $"{start}no rule fires within {Durations.Rounded(simulated)}."
            : $"{start}{string.Join("; then ", fired.Select(rule => $"{rule.Rule} {rule.Action} after {Durations.Rounded(rule.After)}"))}.";
    }

    private static Sample Measured(Simulator rollout, Metric metric, double value)
    {
        var counters = new Dictionary<string, long>(StringComparer.Ordinal) { [KnownSeries.Requests] = Requests };
        ImmutableArray<SampleGauge> gauges = [];
        ImmutableArray<SampleDistribution> distributions = [];
        switch (metric.Source)
        {
            case MetricSource.Ratio ratio:
                counters[ratio.Denominator] = Requests;
                counters[ratio.Numerator] = (long)Math.Round(value * Requests);
                break;
            case MetricSource.Rate rate:
                counters[rate.Series] = (long)Math.Round(value * rollout.State.Judgement.Sampling.TotalSeconds);
                break;
            case MetricSource.Gauge gauge:
                gauges = [new SampleGauge(gauge.Series, value)];
                break;
            case MetricSource.Quantile quantile:
                distributions = [new SampleDistribution(quantile.Series, [new Observed(value, Requests)])];
                break;
        }

        var keys = rollout.State.Plan.Segments.Take(Sample.MostSegments).Select(segment => segment.Key).ToArray();
        var segments = keys.Length == 0 ? null : string.Join(Sample.Between, keys);
        return new Sample(
            0, null, rollout.Now, Variant.New, RulesInForce.Traffic(rollout.State), segments,
            [.. counters.Select(one => new SampleCounter(one.Key, one.Value))], gauges, distributions);
    }

    /// <summary>The plan with this step alone, for the users of all steps up to it, and for longer than the simulation.</summary>
    private static string Alone(Plan plan, int phase, int step)
    {
        var audience = StepAudience.At(plan, phase, step);
        var root = JsonNode.Parse(plan.Document)!.AsObject();
        var only = root["phases"]![phase]!.DeepClone().AsObject();
        var one = only["steps"]![step]!.DeepClone().AsObject();
        one["name"] = plan.Phases[phase].Steps[step].Name;
        one["percentage"] = audience.Percentage.ToString();
        one["segments"] = new JsonArray([.. audience.Segments.Select(segment => (JsonNode)segment)]);
        one["audience"] = new JsonArray(
        [
            .. audience.Shares.Select(share => new JsonObject { ["segment"] = share.Segment, ["percentage"] = share.Percentage.ToString() }),
        ]);
        one["hold"] = Durations.Format(2 * Longest);
        only["steps"] = new JsonArray(one);
        only.Remove("duration");
        root["phases"] = new JsonArray(only);
        return root.ToJsonString();
    }
}

/// <summary>A rule that fires.</summary>
/// <param name="Rule">Name of the trigger.</param>
/// <param name="After">Time from the begin of the step.</param>
/// <param name="Action">Its effect, in words.</param>
public sealed record FiredRule(string Rule, TimeSpan After, string Action);
