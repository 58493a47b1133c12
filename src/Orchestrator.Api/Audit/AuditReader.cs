using Orchestrator.Domain.Access;
using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;

namespace Orchestrator.Api.Audit;

/// <summary>An event of the audit, with its sentence.</summary>
internal sealed record AuditEvent(RecordedEvent Recorded, string Text);

/// <summary>Reads the events that a filter includes.</summary>
internal sealed class AuditReader(IEventLog log, AuditFilter filter, AccessState access)
{
    /// <summary>Events read from the log at once.</summary>
    private const int Batch = 500;

    /// <summary>Events scanned for one page: a page may be empty and still have a next one.</summary>
    private const int Looked = 10_000;

    /// <summary>Most beginnings of rollouts that a reader keeps; each has a plan.</summary>
    private const int MostBegun = 128;

    private readonly Dictionary<string, RolloutState?> _begun = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>Position after which the next batch begins.</summary>
    public long After { get; private set; } = filter.After;

    /// <summary>A page, oldest first, and the position after which the next one begins; null at the end.</summary>
    public async Task<(List<AuditEvent> Found, long? Next)> Oldest(CancellationToken stop)
    {
        var (found, looked) = (new List<AuditEvent>(), 0);
        while (await Next(stop) is { Count: > 0 } batch)
        {
            foreach (var e in batch)
            {
                if (await Included(e, stop) is { } one)
                {
                    found.Add(one);
                    if (found.Count == filter.Limit)
                    {
                        return (found, e.Position);
                    }
                }
            }

            if ((looked += batch.Count) >= Looked)
            {
                return (found, After);
            }
        }

        return (found, null);
    }

    /// <summary>A page, newest first, and the position below which the next one begins; null at the end.</summary>
    /// <param name="head">Newest position of the log.</param>
    /// <param name="stop">Cancels it.</param>
    public async Task<(List<AuditEvent> Found, long? Next)> Newest(long head, CancellationToken stop)
    {
        if (filter.Stream is not null)
        {
            return await NewestOfStream(stop);
        }

        var (found, before, looked) = (new List<AuditEvent>(), Math.Min(filter.Before ?? long.MaxValue, head + 1), 0);
        while (before > filter.After + 1)
        {
            var low = Math.Max(filter.After, before - 1 - Batch);
            var batch = await log.ReadAll(low, (int)(before - 1 - low), stop);
            foreach (var e in batch.Reverse().Where(e => e.Position < before))
            {
                if (await Included(e, stop) is { } one)
                {
                    found.Add(one);
                    if (found.Count == filter.Limit)
                    {
                        return (found, e.Position);
                    }
                }
            }

            before = low + 1;
            if ((looked += Batch) >= Looked)
            {
                return (found, before > filter.After + 1 ? before : null);
            }
        }

        return (found, null);
    }

    /// <summary>The next events in the order of the log, whether or not the filter includes them; empty at the end.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> Next(CancellationToken stop)
    {
        if (filter.Stream is null)
        {
            var batch = await log.ReadAll(After, Batch, stop);
            After = batch.Count == 0 ? After : batch[^1].Position;
            return batch;
        }

        // Versions go on without a gap, and the position of each is known only once it was read.
        while (await log.ReadStream(filter.Stream, _version, Batch, stop) is { Count: > 0 } batch)
        {
            _version = batch[^1].Version;
            if (batch[^1].Position > After)
            {
                IReadOnlyList<RecordedEvent> rest = [.. batch.Where(e => e.Position > After)];
                After = batch[^1].Position;
                return rest;
            }
        }

        return [];
    }

    /// <summary>The event with its sentence; null when the filter leaves it out.</summary>
    public async Task<AuditEvent?> Included(RecordedEvent e, CancellationToken stop)
    {
        if (e.Position >= filter.Before || !filter.Include(e, access))
        {
            return null;
        }

        var sentence = AuditSentences.Of(e, await Begun(e.Stream, stop));
        return filter.Include(e, sentence) ? new AuditEvent(e, sentence) : null;
    }

    private async Task<(List<AuditEvent> Found, long? Next)> NewestOfStream(CancellationToken stop)
    {
        var (kept, dropped) = (new Queue<AuditEvent>(), false);
        while (await Next(stop) is { Count: > 0 } batch)
        {
            foreach (var e in batch)
            {
                if (await Included(e, stop) is { } one)
                {
                    kept.Enqueue(one);
                    if (kept.Count > filter.Limit)
                    {
                        kept.Dequeue();
                        dropped = true;
                    }
                }
            }
        }

        List<AuditEvent> found = [.. kept.Reverse()];
        return (found, dropped ? found[^1].Recorded.Position : null);
    }

    /// <summary>The rollout after its first event, which has its plan; null for other streams, and when it cannot be read.</summary>
    private async Task<RolloutState?> Begun(string stream, CancellationToken stop)
    {
        if (!stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        if (!_begun.TryGetValue(stream, out var state))
        {
            if (_begun.Count == MostBegun)
            {
                _begun.Clear();
            }

            _begun[stream] = state = Evolved(await log.ReadStream(stream, 0, 1, stop));
        }

        return state;
    }

    private static RolloutState? Evolved(IReadOnlyList<RecordedEvent> first)
    {
        try
        {
            return first is [var one] ? RolloutEvolution.Evolve(RolloutState.Initial, RolloutEvents.Catalog.Replay(one)) : null;
        }
        catch (Exception e) when (e is UnknownEventException or System.Text.Json.JsonException or InvalidOperationException)
        {
            // Changed outside of the product, or of a newer build.
            return null;
        }
    }
}
