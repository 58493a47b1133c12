using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.Telemetry;
using Orchestrator.Grains.Time;
using Orleans.Placement;
using Orleans.Storage;

namespace Orchestrator.Grains.Metrics;

/// <summary>Owns the windows and keeps them in grain state, chunk by chunk: only changed chunks are written.</summary>
[PreferLocalPlacement]
public sealed partial class MetricsGrain(
    IEventLog log, OrchestratorClock clock, [FromKeyedServices("Default")] IGrainStorage storage, RefusedSamples refused, LargeBodies large,
    SignalKeeper signals, ILogger<MetricsGrain> logger) : Grain, IMetricsGrain
{
    private const string Index = "metrics";

    /// <summary>Characters of a refusal that an alarm repeats: it may quote what the sender wrote.</summary>
    private const int MostOfReason = 300;
    private readonly Dictionary<string, GrainState<MetricsChunk>> _chunks = [];
    private readonly Pushers _pushers = new();
    private readonly GrainState<MetricsIndex> _index = new() { State = new MetricsIndex() };
    private MetricWindows? _windows;
    private string? _plan;
    private TimeSpan _sampling;
    private long? _accepted;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await InForce(cancellationToken) is not { } plan)
        {
            return;
        }

        var windows = new MetricWindows(plan);
        await storage.ReadStateAsync(Index, this.GetGrainId(), _index);
        foreach (var name in _index.State?.Chunks ?? [])
        {
            var chunk = new GrainState<MetricsChunk>();
            await storage.ReadStateAsync(StateName(name), this.GetGrainId(), chunk);
            _chunks[name] = chunk;
        }

        windows.Restore(_chunks.Where(c => c.Value.State is { Data.Length: > 0 }).Select(c => (c.Key, c.Value.State!.Data)));
        windows.KeepFinal();
        _windows = windows;
        Know(plan);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        refused.Clear(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<SampleReceipt?> Push(byte[] body)
    {
        if (_windows is null)
        {
            // The rollout may have been created since: the next call reads it again.
            DeactivateOnIdle();
            return null;
        }

        // The turn of this grain lasts until the body has been read: nothing else uses the windows meanwhile.
        var windows = _windows;
        var (now, batch, intake) = await large.Run(BodyOf.Rollout, this.GetPrimaryKeyString(), body.Length, () =>
        {
            var now = clock.GetUtcNow();
            var batch = SampleReader.Read(body, now);
            return (now, batch, batch.Malformed is null ? windows.Add(batch.Samples, now, clock.WallAhead) : null);
        });
        if (batch.Malformed is { } malformed)
        {
            _pushers.Note(0, 1, malformed, now);
            return new SampleReceipt(0, 0, [malformed], [], Malformed: true);
        }

        await Store();
        KeepSignals();
        InputError[] rejected = [.. batch.Rejected, .. intake!.Rejected];
        Judge(intake.Accepted, rejected);
        _pushers.Note(intake.Accepted, rejected.Length, rejected.FirstOrDefault(), now);
        Measures.Samples.Add(intake.Accepted, new KeyValuePair<string, object?>("outcome", "accepted"));
        Measures.Samples.Add(rejected.Length, new KeyValuePair<string, object?>("outcome", "rejected"));
        return new SampleReceipt(intake.Accepted, rejected.Length, rejected, [.. intake.Warnings]);
    }

    public async Task Count(string series, long count)
    {
        if (_windows is not null)
        {
            _windows.Count(series, count, clock.GetUtcNow());
            await Store();
        }
    }

    public Task<string?> Refused() => Task.FromResult(refused.Of(this.GetPrimaryKeyString()));

    public async Task Follow()
    {
        if (_windows is not null && await InForce(CancellationToken.None) is { } plan && plan.Hash != _plan)
        {
            // Samples folded and not written would be lost: the new windows have only what is stored.
            await Store();
            KeepSignals();
            _windows = _windows.Under(plan);
            Know(plan);
        }
    }

    public async Task<Observation[]> Observe(RoundQuery query, DateTimeOffset after)
    {
        if (query.Plan is { } asked && asked != _plan)
        {
            await Follow();
        }

        var observed = _windows?.Observe(query, after, clock.GetUtcNow(), IMetricsGrain.MostObservations) ?? [];
        KeepSignals();
        return observed;
    }

    public Task<PusherStatus[]> Pushers() => Task.FromResult(_pushers.All);

    public Task Refuse(int rejected, string reason)
    {
        _pushers.Note(0, rejected, new InputError("", reason), clock.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task<MetricReading[]> Look(MetricQuery[] queries) => Task.FromResult(_windows?.Look(queries, clock.GetUtcNow()) ?? []);

    public async Task<MetricSeries?> Series(SeriesQuery query)
    {
        if (query.Plan is { } asked && asked != _plan)
        {
            await Follow();
        }

        return Here()?.Series(query, clock.GetUtcNow());
    }

    public async Task<byte[]?> Newest()
    {
        // Only the copy is made in this grain's turn.
        var newest = Here()?.Newest(clock.GetUtcNow());
        return newest is null ? null : await Task.Run(() => SignalCodec.Write(newest));
    }

    public Task<MetricOnHand[]?> OnHand() => Task.FromResult(Here()?.OnHand(clock.GetUtcNow()));

    /// <summary>Hands over what is final: it is encoded and written elsewhere.</summary>
    private void KeepSignals()
    {
        if (_windows?.TakeFinal() is { Length: > 0 } final)
        {
            signals.Keep(this.GetPrimaryKeyString(), final);
        }
    }

    /// <summary>The windows; without them the next call reads the rollout again.</summary>
    private MetricWindows? Here()
    {
        if (_windows is null)
        {
            DeactivateOnIdle();
        }

        return _windows;
    }

    private void Know(Plan plan) => (_plan, _sampling) = (plan.Hash, plan.Judgement.Sampling);

    /// <summary>The plan of the newest event with one, read as the rollout reads it; null when there is no such rollout.</summary>
    private async Task<Plan?> InForce(CancellationToken stop)
    {
        var carried = (await log.ReadStream(RolloutEvents.Stream(this.GetPrimaryKeyString()), stop: stop))
            .LastOrDefault(RolloutEvents.CarriesPlan);
        return carried is null ? null : RolloutEvents.PlanOf(RolloutEvents.Catalog.Read(carried));
    }

    /// <summary>
    /// A single service with a wrong clock gets a warning in its response; a rollout whose every sample is refused is an alarm here.
    /// </summary>
    private void Judge(int accepted, InputError[] errors)
    {
        var id = this.GetPrimaryKeyString();
        if (accepted > 0)
        {
            _accepted = clock.GetTimestamp();
            if (refused.Clear(id))
            {
                LogAccepted(id);
            }
        }
        else if (errors is [var first, ..] && !(_accepted is { } last && clock.GetElapsedTime(last) <= 2 * _sampling))
        {
            var said = $"{first.Path}: {first.Message}";
            var reason = $"{(said.Length > MostOfReason ? said[..MostOfReason] + "…" : said)}{(Clock() is { } known ? $" {known}" : "")}";
            if (refused.Note(id, reason))
            {
                LogRefused(id, reason);
            }
        }
    }

    /// <summary>The state of the server's own clock, as a likely cause; null when that was never in doubt.</summary>
    private string? Clock() => clock.Doubt is { } doubt ? doubt.ToString() : clock.LastJump is { } jump ? $"Note that {jump}." : null;

    [LoggerMessage(LogLevel.Error, "Every sample of rollout {Rollout} is refused, so its triggers have no data: {Reason}")]
    private partial void LogRefused(string rollout, string reason);

    [LoggerMessage(LogLevel.Information, "Samples of rollout {Rollout} are accepted again")]
    private partial void LogAccepted(string rollout);

    private async Task Store()
    {
        try
        {
            await StoreDirty();
        }
        catch
        {
            // Memory no longer equals the stored state: a sender that got an error may send the samples again, and they must not count
            // twice.
            _windows = null;
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task StoreDirty()
    {
        // In the order given a crash between any two writes leaves windows that can be read.
        foreach (var (name, data) in _windows!.TakeDirty())
        {
            if (data.Length == 0)
            {
                await Forget(name);
                continue;
            }

            if (!_chunks.TryGetValue(name, out var chunk))
            {
                // The index first: a name without a chunk is harmless, a chunk without a name would be lost.
                _chunks[name] = chunk = new GrainState<MetricsChunk>();
                await StoreIndex();
            }

            chunk.State = new MetricsChunk { Data = data };
            await storage.WriteStateAsync(StateName(name), this.GetGrainId(), chunk);
        }
    }

    private async Task Forget(string name)
    {
        if (_chunks.Remove(name, out var chunk))
        {
            await storage.ClearStateAsync(StateName(name), this.GetGrainId(), chunk);
            await StoreIndex();
        }
    }

    private Task StoreIndex()
    {
        _index.State = new MetricsIndex { Chunks = [.. _chunks.Keys] };
        return storage.WriteStateAsync(Index, this.GetGrainId(), _index);
    }

    private static string StateName(string chunk) => $"{Index}/{chunk}";
}

/// <summary>Index of the chunks.</summary>
public sealed class MetricsIndex
{
    public string[] Chunks { get; set; } = [];
}

/// <summary>A part of the windows, as they export it.</summary>
public sealed class MetricsChunk
{
    public byte[] Data { get; set; } = [];
}
