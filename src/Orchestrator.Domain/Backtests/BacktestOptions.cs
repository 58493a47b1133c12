using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Backtests;

/// <summary>The time and the grain of a backtest.</summary>
/// <param name="From">Begin of the time that is counted.</param>
/// <param name="To">Its end.</param>
/// <param name="Step">Time between two readings.</param>
/// <param name="Environment">Value of <c>$environment</c> in queries.</param>
public sealed record BacktestOptions(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, string Environment = "production")
{
    /// <summary>Most days.</summary>
    public const int MostDays = 90;

    /// <summary>Most readings, with those of the time before that windows and baselines need: it bounds the work.</summary>
    public const int MostSteps = 50_000;

    /// <summary>Most readings unless a step is given.</summary>
    private const int UsualSteps = 14_000;

    private static readonly TimeSpan LongestStep = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15),
    ];

    /// <summary>Values of metrics after a rise, for the time until it is seen, by metric; the usual is half above the limit.</summary>
    public ImmutableDictionary<string, double> Rises { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>The last days until a moment, at a step that keeps the work small and is not finer than the plan's sampling.</summary>
    public static BacktestOptions LastDays(Plan plan, int days, DateTimeOffset until, TimeSpan? step = null)
    {
        var length = TimeSpan.FromDays(days);
        var whole = length + Backtest.Lead(plan);
        var every = step
            ?? Steps.FirstOrDefault(one => one >= plan.Judgement.Sampling && whole / one <= UsualSteps, LongestStep);
        var to = new DateTimeOffset(until.UtcTicks / every.Ticks * every.Ticks, TimeSpan.Zero);
        return new BacktestOptions(to - length, to, every);
    }

    /// <summary>Reads rises such as <c>error_rate=0.3%</c>, each of a metric of the plan; all errors at once.</summary>
    public static (ImmutableDictionary<string, double> Rises, ImmutableArray<InputError> Errors) ReadRises(
        Plan plan, IEnumerable<string> texts)
    {
        var rises = ImmutableDictionary.CreateBuilder<string, double>();
        var errors = ImmutableArray.CreateBuilder<InputError>();
        foreach (var text in texts)
        {
            var parts = text.Split('=', 2);
            if (parts is [var name, var value] && plan.Metric(name.Trim()) is { Source: MetricSource.Ratio } metric
                && ConditionParser.TryParseQuantity(value, out var quantity, out _)
                && quantity is { Unit: Unit.Ratio or Unit.Number, Value: > 0 and <= 1 })
            {
                rises[metric.Name] = quantity.Value;
            }
            else
            {
                errors.Add(new InputError("rise", $"must be a ratio of the plan with a value above 0 and up to 100%, such as error_rate=0.3%, but is '{Field.Short(text)}'"));
            }
        }

        return (rises.ToImmutable(), errors.ToImmutable());
    }

    /// <summary>Everything wrong with a request, all at once.</summary>
    public static IEnumerable<InputError> Check(Plan plan, long days, TimeSpan? step)
    {
        if (days is < 1 or > MostDays)
        {
            yield return new InputError("days", $"must be 1 to {MostDays}, but is {days}");
        }

        var whole = TimeSpan.FromDays(Math.Clamp(days, 1, MostDays)) + Backtest.Lead(plan);
        if (step is { } every && (every < TimeSpan.FromSeconds(1) || every > LongestStep))
        {
            yield return new InputError("step", $"must be 1s to 1h, but is {Durations.Format(every)}");
        }
        else if (step is { } fine && whole / fine > MostSteps)
        {
            yield return new InputError(
                "step", $"must give at most {MostSteps} readings in {days} days and the {Durations.Rounded(whole - TimeSpan.FromDays(days))} before that windows and baselines need, so at least {Durations.Rounded(whole / MostSteps)}, but is {Durations.Format(fine)}");
        }

        if (plan.Sources.All(source => source.Kind != SourceKind.Prometheus))
        {
            yield return new InputError("sources", "must have a source of kind prometheus: a backtest asks its queries of the history");
        }
    }
}
