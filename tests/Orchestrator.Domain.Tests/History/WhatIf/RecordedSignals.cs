using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Tests.Chronicles;

namespace Orchestrator.Domain.Tests.History.WhatIf;

/// <summary>
/// The recorded rollback of the strategy's plan with the samples behind it. Release 1.0 kept no signals, but each verdict has its evidence:
/// a sample of 4,000 requests every 5 h 16 m, and from 29 December 19:57 on 60 of them failed.
/// </summary>
internal static class RecordedSignals
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(18_979);
    private static readonly DateTimeOffset FirstBad = new(2026, 12, 29, 19, 57, 26, 196, TimeSpan.Zero);

    public static readonly DateTimeOffset RolledBackAt = new(2026, 12, 30, 6, 37, 3, TimeSpan.Zero);

    public static List<Happened<RolloutEvent>> Events() =>
        [.. Recorded.Read("1.0-chat-rolled-back.ndjson").Select(RolloutEvents.Catalog.Replay)];

    /// <summary>Blocks as the product keeps them.</summary>
    public static IEnumerable<byte[]> Blocks(IReadOnlyList<Happened<RolloutEvent>> events)
    {
        var windows = new MetricWindows(RolloutEvents.PlanOf(events[0].Event));
        windows.KeepFinal();
        var beta = events.First(one => one.Event is RolloutEvent.StepStarted { Step: "beta" }).At;
        var began = events.First(one => one.Event is RolloutEvent.StepStarted { Step: "shadow" }).At;
        var at = FirstBad - (Math.Floor((FirstBad - began) / Every) * Every);
        for (; at < RolledBackAt; at += Every)
        {
            var shadow = at < beta;
            windows.Add(Sample(at, shadow ? Traffic.Shadow : Traffic.Live, at >= FirstBad ? 60 : 0, shadow), at);
            foreach (var block in windows.TakeFinal())
            {
                yield return SignalCodec.Write(block);
            }
        }

        yield return SignalCodec.Write(windows.Newest(RolledBackAt + TimeSpan.FromDays(2)));
    }

    private static Sample Sample(DateTimeOffset at, Traffic traffic, long errors, bool shadow) => new(
        0, null, at, Variant.New, traffic, null,
        [
            new("requests", 4000), new("errors", errors), new("http_5xx", 0), new("probes", 100), new("probe_ok", 100),
            .. shadow ? [new("comparisons", 1000), new("mismatches", 0)] : Array.Empty<SampleCounter>(),
        ],
        [new("memory", 31e6)],
        [new("response_time", [.. Enumerable.Range(0, 200).Select(i => new Observed(0.08 + (i * 0.0002), 1))])]);
}
