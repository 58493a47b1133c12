using System.Collections.Immutable;
using System.Security.Cryptography;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Integrity;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>
/// Takes signed checkpoints of the log, and compares the log with one. Every hash in either is computed from the events; none is read from
/// the store.
/// </summary>
public sealed class Checkpoints(
    IEventLog log, ILogHead head, OrchestratorClock clock, CheckpointSettings settings, IEarlyWithdrawals doubts) : IDisposable
{
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private readonly Lazy<ECDsa> _key = new(() => CheckpointKey.Open(settings.Key));
    private ChainWalk _walk = new();
    private long _timeline;

    /// <summary>Checkpoint of the present log. Continues from the last one, so only new events cost time.</summary>
    /// <param name="previous">Digest of the checkpoint that is stored before it in the same place; null for none.</param>
    /// <param name="stop">Cancels it.</param>
    /// <exception cref="LogChangedException">The log was changed after it was written: nothing is signed.</exception>
    public async Task<CheckpointFile> Take(string? previous = null, CancellationToken stop = default)
    {
        await _one.WaitAsync(stop);
        try
        {
            var now = await Task.Run(() => head.Read(HeadPatience), stop);
            if (now.Timeline != _timeline)
            {
                (_walk, _timeline) = (new ChainWalk(), now.Timeline);
            }

            if (now.Position < _walk.Position)
            {
                throw new LogChangedException(FormattableString.Invariant($"The log was cut: it ends at position {now.Position}, and this process has read up to {_walk.Position}."));
            }

            await LogAudit.Walk(log.ReadAll, now.Position, _walk, stop: stop);
            if (_walk.Breaks() is [var first, ..] breaks)
            {
                doubts.Distrust(breaks);
                throw new LogChangedException(first.Text);
            }

            var tails = _walk.Ends.ToImmutableSortedDictionary(
                one => one.Key, one => new Tail(one.Value.Version, Convert.ToHexStringLower(one.Value.Hash.Span)), StringComparer.Ordinal);
            var taken = new Checkpoint(_timeline, _walk.Position, clock.GetUtcNow(), tails) { Previous = previous };
            return CheckpointFile.Sign(taken, _key.Value);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Checks the signature against the key of this installation, and compares the log.</summary>
    public async Task<(bool Signed, Comparison Found)> Compare(CheckpointFile file, CancellationToken stop = default) =>
        (file.SignedBy(_key.Value), await Compare(log, file.Checkpoint, stop));

    /// <summary>Compares a log with a checkpoint, and with its own chain.</summary>
    public static async Task<Comparison> Compare(IEventLog log, Checkpoint checkpoint, CancellationToken stop = default) =>
        await Compare(log.ReadAll, await log.Head(stop), checkpoint, stop);

    /// <summary>The same for a log that is only read.</summary>
    public static async Task<Comparison> Compare(
        Func<long, int, CancellationToken, Task<IReadOnlyList<RecordedEvent>>> readAll, long head, Checkpoint checkpoint,
        CancellationToken stop = default)
    {
        var walk = new ChainWalk(checkpoint.Ends());
        var report = await LogAudit.Walk(readAll, head, walk, stop: stop);
        return new Comparison(report, checkpoint.Against(walk.Ends, report.Broken));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }

        _one.Dispose();
    }
}

/// <summary>Result of comparing a log with a checkpoint.</summary>
/// <param name="Report">The walk over it; breaks of streams that the checkpoint does not name are among its breaks too.</param>
/// <param name="Missing">Entries of the checkpoint that the log lacks.</param>
public sealed record Comparison(AuditReport Report, ImmutableArray<Missing> Missing)
{
    /// <summary>Nothing is missing and every chain fits.</summary>
    public bool IsIntact => Missing.IsEmpty && Report.Broken.IsEmpty;
}

/// <summary>The log was changed after it was written; the message names the place.</summary>
public sealed class LogChangedException(string message) : Exception(message);
