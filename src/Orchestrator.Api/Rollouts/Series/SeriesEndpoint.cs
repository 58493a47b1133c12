using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Series;

/// <summary>Series of a rollout's metrics, for charts.</summary>
internal static class SeriesEndpoint
{
    /// <summary>Most marks of one answer, the newest.</summary>
    public const int MostMarks = 200;

    private const int Batch = 500;

    /// <summary>Longest wait for the silo with the windows, for all series together.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<ApiResult> Answer(Query request, World world)
    {
        var id = request.RouteValue("id");
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return RolloutProblems.NotFound(id);
        }

        var now = request.Service<OrchestratorClock>().GetUtcNow();
        var (input, problem) = SeriesInput.Read(request.Http.Request.Query, found.State, now);
        return input is null ? problem! : await request.Service<LiveReads>().Run(request, () => Read(request, found.State, input, now));
    }

    private static async Task<ApiResult> Read(Query request, RolloutState state, SeriesInput input, DateTimeOffset now)
    {
        var grain = request.Service<IGrainFactory>().GetGrain<IMetricsGrain>(state.Id);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Stop);
        try
        {
            var (kept, missing) = input.Metrics.Length == 0 ? (null, null)
                : await request.Service<KeptReads>().Read(state, input, now, request.Stop);
            patience.CancelAfter(Patience);
            if (input.Metrics.Length == 0)
            {
                return await grain.OnHand().WaitAsync(patience.Token) is { } metrics ? OnHand(state, metrics) : Unavailable(state.Id);
            }

            // One call for each series: rounds of the rollout come between them.
            var series = new List<object>();
            foreach (var name in input.Metrics)
            {
                foreach (var variant in input.Variants)
                {
                    if (await One(grain, kept, state, input, name, variant, patience.Token) is not { } one)
                    {
                        return Unavailable(state.Id);
                    }

                    series.Add(one);
                }
            }

            var to = input.To < now ? input.To : now;
            var (marks, leftOut) = await Marks(request.Service<IEventLog>(), state.Id, input.From, to, request.Stop);
            return new ApiResult.Ok(new
            {
                rollout = state.Id,
                input.From,
                to,
                state.Judgement.Sampling,
                series,
                marks,
                marksLeftOut = leftOut == 0 ? (int?)null : leftOut,
                missing,
            });
        }
        catch (UnknownEventException unknown)
        {
            return new ApiResult.Problem(409, "stream.held", unknown.Message);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException
            || (e is OperationCanceledException && !request.Stop.IsCancellationRequested))
        {
            return Unavailable(state.Id);
        }
    }

    private static ApiResult.Problem Unavailable(string id) => new(
        503, "unavailable", $"The silo with the metric windows of rollout {id} did not answer.", RetryAfter: 1);

    private static ApiResult.Ok OnHand(RolloutState state, MetricOnHand[] metrics)
    {
        var known = MetricNames.Of(state.Plan);
        return new ApiResult.Ok(new
        {
            rollout = state.Id,
            state.Judgement.Sampling,
            metrics = metrics.Where(one => known.Contains(one.Metric)).Select(one =>
            {
                var metric = MetricNames.Find(state.Plan.Metrics, one.Metric);
                return new
                {
                    metric.Name,
                    metric.Title,
                    metric.Tier,
                    metric.Unit,
                    kind = Kind(metric.Source),
                    one.Variants,
                    one.Traffic,
                    one.Segments,
                    one.Newest,
                };
            }),
        });
    }

    private static async Task<object?> One(
        IMetricsGrain grain, KeptSeries? kept, RolloutState state, SeriesInput input, string name, Variant variant, CancellationToken stop)
    {
        var metric = MetricNames.Find(state.Plan.Metrics, name);
        var traffic = input.Traffic ?? MetricLimits.TrafficOf(state, variant);
        var query = new SeriesQuery(name, variant, traffic, input.Segment, input.From, input.To, input.Resolution)
        {
            Plan = state.Plan.Hash,
        };
        if (await Whole(grain, kept, query, stop) is not { } series)
        {
            return null;
        }

        MetricLimit[] limits = [.. MetricLimits.Of(state, name, variant, traffic, input.Segment)];
        var baselines = await Baselines(grain, metric, query, limits, stop);
        return new
        {
            metric = name,
            metric.Title,
            metric.Tier,
            metric.Unit,
            kind = Kind(metric.Source),
            variant,
            traffic,
            input.Segment,
            baseline = BaselineView(metric),
            tiers = series.Tiers.Select(tier => new { tier.From, tier.To, kept = tier.Exact ? "exact" : "blocks", tier.Resolution }),
            points = series.Points.Select(point => new
            {
                point.From,
                point.At,
                point.Value,
                point.Samples,
                point.Events,
                point.Covered,
                point.Baseline,
                afterGap = point.AfterGap ? true : (bool?)null,
            }),
            series.Gaps,
            limits = limits.Select((limit, i) => LimitView(limit, baselines[i], Comparable(metric, limit, series))),
        };
    }

    /// <summary>The series of the windows, and before them that of kept signals; null when the windows are not there.</summary>
    private static async Task<MetricSeries?> Whole(IMetricsGrain grain, KeptSeries? kept, SeriesQuery query, CancellationToken stop)
    {
        var parts = new List<MetricSeries>();
        foreach (var (part, isKept) in SeriesParts.Of(query, kept?.From, kept?.To))
        {
            if (isKept)
            {
                parts.Add(kept!.Read(part));
            }
            else if (await grain.Series(part).WaitAsync(stop) is { } series)
            {
                parts.Add(series);
            }
            else
            {
                return null;
            }
        }

        return SeriesParts.Join(parts);
    }

    /// <summary>
    /// The baseline now, over the window of each limit that needs one; null for others, and where none could be measured.
    /// </summary>
    private static async Task<double?[]> Baselines(
        IMetricsGrain grain, Metric metric, SeriesQuery query, MetricLimit[] limits, CancellationToken stop)
    {
        var baselines = new double?[limits.Length];
        int[] needed = [.. Enumerable.Range(0, limits.Length).Where(i => limits[i] is { NeedsBaseline: true, Over: not null })];
        if (metric.Baseline is null || needed.Length == 0)
        {
            return baselines;
        }

        MetricQuery[] queries = [.. needed.Select(i => new MetricQuery(
            limits[i].Name, query.Metric, query.Variant, query.Traffic, query.Segment, limits[i].Over!.Value, null))];
        var readings = await grain.Look(queries).WaitAsync(stop);
        for (var i = 0; i < Math.Min(needed.Length, readings.Length); i++)
        {
            baselines[needed[i]] = readings[i].Baseline is { } value && double.IsFinite(value) ? value : null;
        }

        return baselines;
    }

    /// <summary>A count grows with its window: its limit says nothing about points of another length.</summary>
    private static bool Comparable(Metric metric, MetricLimit limit, MetricSeries series) =>
        metric.Source is not MetricSource.Count || Array.TrueForAll(series.Tiers, tier => tier.Resolution == limit.Over);

    private static object? BaselineView(Metric metric) => metric.Baseline switch
    {
        Baseline.Fixed known => new { kind = "fixed", known.Quantity.Value },
        Baseline.Legacy => new { kind = "legacy" },
        Baseline.Trailing trailing => new { kind = "trailing", over = trailing.Duration },
        _ => null,
    };

    private static object LimitView(MetricLimit limit, double? baseline, bool comparable)
    {
        var (comparison, between) = (limit.Condition as Condition.Comparison, limit.Condition as Condition.Between);
        return new
        {
            limit.Kind,
            limit.Name,
            limit.Title,
            limit.Text,
            @operator = comparison is null ? "between" : ConditionText.Sign(comparison.Operator),
            limit = Bound(comparison?.Limit, baseline),
            low = Bound(between?.Low, baseline),
            high = Bound(between?.High, baseline),
            limit.Harm,
            limit.Over,
            limit.For,
            limit.Action,
            limit.Level,
            comparable,
        };
    }

    private static object? Bound(Limit? limit, double? baseline) => limit is null ? null : new
    {
        value = ConditionEvaluator.Value(limit, baseline) is { } value && double.IsFinite(value) ? value : (double?)null,
        ofBaseline = (limit as Limit.OfBaseline)?.Factor,
    };

    private static string Kind(MetricSource source) => source switch
    {
        MetricSource.Ratio => "ratio",
        MetricSource.Quantile => "quantile",
        MetricSource.Gauge => "gauge",
        MetricSource.Rate => "rate",
        MetricSource.Count => "count",
        _ => throw new InvalidOperationException($"No such source: {source.GetType().Name}."),
    };

    /// <summary>Marks of the range, and the number of older ones that were left out.</summary>
    private static async Task<(ChartMark[] Marks, int LeftOut)> Marks(
        IEventLog log, string id, DateTimeOffset from, DateTimeOffset to, CancellationToken stop)
    {
        // At most MostMarks.
        var marks = new Queue<ChartMark>();
        var (after, leftOut) = (0L, 0);
        while (await log.ReadStream(RolloutEvents.Stream(id), after, Batch, stop) is { Count: > 0 } batch)
        {
            foreach (var one in batch.Where(one => one.At >= from && one.At <= to))
            {
                if (ChartMarks.Of(RolloutEvents.Catalog.Replay(one)) is not { } mark)
                {
                    continue;
                }

                marks.Enqueue(mark);
                if (marks.Count > MostMarks)
                {
                    marks.Dequeue();
                    leftOut++;
                }
            }

            after = batch[^1].Version;
        }

        return ([.. marks], leftOut);
    }
}
