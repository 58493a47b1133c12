using Orchestrator.Api.Requests;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Metrics;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>
/// Answers from the kept series of a rollout to what events leave open: how near each trigger came, and targets that no criterion judges.
/// </summary>
internal static class KeptMeasurements
{
    /// <summary>Most series of one retrospective; one series has at most 500 points.</summary>
    private const int MostSeries = 64;

    /// <summary>Longest wait for the silo with the series, for all of them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The retrospective with what is kept, and with the reason where nothing is.</summary>
    public static async Task<Retrospective> Added(Query request, Retrospective told)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Stop);
        patience.CancelAfter(Patience);
        var series = new SeriesReader(request, told.Headline.Rollout, patience.Token);
        var misses = new List<NearMiss>();
        foreach (var miss in told.NearMisses)
        {
            misses.Add(await Told(series, miss, told.Watched.First(one => one.Trigger.Name == miss.Trigger
                && one.Trigger.Rule.Text == miss.Rule)));
        }

        var success = new List<SuccessLine>();
        foreach (var line in told.Success)
        {
            success.Add(line.Unjudged is null ? line : await Judged(series, line, told));
        }

        return told with { NearMisses = NearMisses.Ordered(misses), Success = [.. success] };
    }

    private static async Task<NearMiss> Told(SeriesReader series, NearMiss miss, WatchedTrigger watched)
    {
        var measured = new List<Approach>();
        foreach (var question in miss.Kind == NearMissKind.Unknown ? NearMisses.Questions(watched) : [])
        {
            if (await series.Read(question.Query) is not { } read || NearMisses.Nearest(question, read) is not { } nearest)
            {
                continue;
            }

            // Long points are means: the peak within the nearest one is looked for in points of the rule's own window.
            var finer = nearest.Over <= question.Query.Resolution ? null
                : await series.Read(question.Query with { From = nearest.From, To = nearest.At });
            var peak = finer is null ? null : NearMisses.Nearest(question, finer);
            measured.Add(
                peak is null || peak.Distance > nearest.Distance ? nearest : peak with { Told = nearest.Told, Points = nearest.Points });
        }

        return miss.With(watched, measured).Without(watched, series.Reason);
    }

    private static async Task<SuccessLine> Judged(SeriesReader series, SuccessLine line, Retrospective told)
    {
        var head = told.Headline;
        if (head.StartedAt is { } from && head.Until > from && await series.Read(new SeriesQuery(
            line.Unjudged!.Name, Variant.New, Traffic.Live, null, from, head.EndedAt ?? head.Until,
                (head.EndedAt ?? head.Until) - from)) is { } read)
        {
            var judged = line.Measured(told.Plan!, read);
            return judged == line ? line with { Text = $"{line.Text} {series.Reason}" } : judged;
        }

        return line with { Text = $"{line.Text} {series.Reason}" };
    }

    /// <summary>Reads series of a rollout until one fails, or as many as one retrospective may.</summary>
    private sealed class SeriesReader(Query request, string rollout, CancellationToken stop)
    {
        private readonly Dictionary<SeriesQuery, MetricSeries?> _read = [];
        private bool _failed;

        /// <summary>Reason for which a series has no answer.</summary>
        public string Reason => _failed ? "The silo with the kept measurements did not answer."
            : _read.Count >= MostSeries ? $"One retrospective reads {MostSeries} series of measurements; these were not read."
            : "No measurements of that time are kept that could tell.";

        /// <summary>The series; null when it was not read.</summary>
        public async Task<MetricSeries?> Read(SeriesQuery query)
        {
            if (_failed || _read.TryGetValue(query, out var known) || _read.Count >= MostSeries)
            {
                return _failed ? null : _read.GetValueOrDefault(query);
            }

            try
            {
                return _read[query] = await request.Service<IGrainFactory>().GetGrain<IMetricsGrain>(rollout).Series(query).WaitAsync(stop);
            }
            catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException
                || (e is OperationCanceledException && !request.Stop.IsCancellationRequested))
            {
                _failed = true;
                return null;
            }
        }
    }
}
