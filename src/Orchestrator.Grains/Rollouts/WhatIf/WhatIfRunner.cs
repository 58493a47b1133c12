using System.Collections.Immutable;
using System.Diagnostics;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History.WhatIf;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Rollouts.WhatIf;

/// <summary>
/// Runs a what-if of one rollout over its log and its kept signals, on threads of the pool and for at most half of the time of one
/// processor. It appends nothing and takes no turn of a rollout.
/// </summary>
public sealed class WhatIfRunner(
    IEventLog log, ISignalStore signals, IGrainFactory grains, PeopleKeeper people, OrchestratorClock clock)
{
    private const int Batch = 1000;

    /// <summary>Most events of a rollout.</summary>
    private const int MostEvents = 200_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The answer of one rollout.</summary>
    /// <param name="rollout">Id of the rollout.</param>
    /// <param name="question">The question.</param>
    /// <param name="progress">Called with the part that is done, 0 to 1.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<WhatIfResult> Run(string rollout, WhatIfQuestion question, Action<double> progress, CancellationToken stop)
    {
        var events = await Events(rollout, stop);
        var now = clock.GetUtcNow();
        if (Plans(events, question) is not { } plans)
        {
            return Unfit(rollout, events, now);
        }

        var run = new WhatIfRun(events, plan => plans[plan.Hash], question.Plan is not null, now);
        var began = Math.Max(0, events[0].At.ToUnixTimeMilliseconds());
        await foreach (var piece in signals.Read(rollout, began, now.ToUnixTimeMilliseconds(), stop))
        {
            await Add(run, piece, progress, stop);
            if (run.Done)
            {
                break;
            }
        }

        if (!run.Done && await Newest(rollout, stop) is { } newest)
        {
            await Add(run, newest, progress, stop);
        }

        return Counted(run.Result(), events, now);
    }

    private static async Task Add(WhatIfRun run, ReadOnlyMemory<byte> piece, Action<double> progress, CancellationToken stop)
    {
        foreach (var block in SignalCodec.Find(piece))
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Run(() => run.Add(block.Bytes, () => stop.IsCancellationRequested), stop);
            stop.ThrowIfCancellationRequested();
            progress(run.Progress);
            if (run.Done)
            {
                return;
            }

            // Evaluations have the processor meanwhile.
            await Task.Delay(Stopwatch.GetElapsedTime(began), stop);
        }
    }

    /// <summary>Measurements that the windows have and the store has not; null where the silo with them does not answer.</summary>
    private async Task<byte[]?> Newest(string rollout, CancellationToken stop)
    {
        try
        {
            return await grains.GetGrain<IMetricsGrain>(rollout).Newest().WaitAsync(Patience, stop);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return null;
        }
    }

    private async Task<List<Happened<RolloutEvent>>> Events(string rollout, CancellationToken stop)
    {
        var events = new List<Happened<RolloutEvent>>();
        while (await log.ReadStream(RolloutEvents.Stream(rollout), events.Count, Batch, stop) is { Count: > 0 } batch)
        {
            events.AddRange(batch.Select(RolloutEvents.Catalog.Replay));
            if (events.Count > MostEvents)
            {
                throw new InvalidOperationException($"Rollout {rollout} has more than {MostEvents} events.");
            }
        }

        return events.Count > 0 ? events : throw new InvalidOperationException($"There is no rollout {rollout}.");
    }

    /// <summary>The plan in place of each recorded one, by hash; null when the changes do not fit one of them.</summary>
    private static Dictionary<string, Plan>? Plans(List<Happened<RolloutEvent>> events, WhatIfQuestion question)
    {
        var plans = new Dictionary<string, Plan>();
        foreach (var (hash, document) in events.Select(Carried).Where(one => one.Document is not null).DistinctBy(one => one.Hash))
        {
            var errors = ImmutableArray.CreateBuilder<InputError>();
            var plan = question.Plan is { } other
                ? PlanReader.ReadDocument(other).Plan
                : PlanPatch.Apply(PlanDocument.Read(hash, document!.Value), question.Set, errors);
            if (plan is null)
            {
                return null;
            }

            plans[hash] = plan;
        }

        return plans;
    }

    private static (string Hash, System.Text.Json.JsonElement? Document) Carried(Happened<RolloutEvent> one) => one.Event switch
    {
        RolloutEvent.RolloutCreated e => (e.Hash, e.Document),
        RolloutEvent.RolloutAmended e => (e.Hash, e.Document),
        RolloutEvent.AmendmentProposed e => (e.Hash, e.Document),
        _ => ("", null),
    };

    private static WhatIfResult Unfit(string rollout, List<Happened<RolloutEvent>> events, DateTimeOffset now)
    {
        var nothing = new WhatIfLine([], [], null, false);
        return new WhatIfResult(
            rollout, events[0].At, now, WhatIfOutcome.Unanswered, "The change does not fit the plan of this rollout: it has no such value, or the result is no valid plan.",
            nothing, nothing, events[0].At, 0, []);
    }

    private WhatIfResult Counted(WhatIfResult result, List<Happened<RolloutEvent>> events, DateTimeOffset now)
    {
        if (result.Spared is not { } span)
        {
            return result;
        }

        var created = (RolloutEvent.RolloutCreated)events[0].Event;
        var to = span.To < now ? span.To : now;
        var counted = Exposures.Of(
            people.Of(created.Environment, created.Flag, created.Rollout), new FaultTime(to, null, span.From, []));
        return result with
        {
            People = counted.People is { } number
                ? $"{number:N0} people at most were on new from {span.From:u} to {to:u}; with the other plan none of them were."
                : $"Users of that time were not counted, so the answer has shares alone. {counted.Text}",
        };
    }
}
