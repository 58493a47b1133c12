using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>Takes signed checkpoints of the log, on demand and every so often into a file, and compares the log with one.</summary>
public sealed partial class Checkpoints(
    IEventLog log, ILogHead head, OrchestratorClock clock, CheckpointSettings settings, ILogger<Checkpoints> logger) : BackgroundService
{
    private const int Batch = 1000;
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private readonly Lazy<ECDsa> _key = new(() => CheckpointKey.Open(settings.Key));
    private ImmutableSortedDictionary<string, Tail> _tails = ImmutableSortedDictionary.Create<string, Tail>(StringComparer.Ordinal);
    private LogHead _at;

    /// <summary>The log as it stands.</summary>
    public async Task<CheckpointFile> Take(CancellationToken stop = default)
    {
        await _one.WaitAsync(stop);
        try
        {
            var now = await Task.Run(() => head.Read(HeadPatience), stop);
            if (now.Timeline != _at.Timeline)
            {
                (_tails, _at) = (_tails.Clear(), now with { Position = 0 });
            }

            var tails = _tails.ToBuilder();
            IReadOnlyList<RecordedEvent> read;
            do
            {
                read = await log.ReadAll(_at.Position, Batch, stop);
                foreach (var e in read)
                {
                    tails[e.Stream] = new Tail(e.Version, Convert.ToHexStringLower(e.Hash.Span));
                    _at = _at with { Position = e.Position };
                }

                _tails = tails.ToImmutable();
            }
            while (read.Count == Batch);
            return CheckpointFile.Sign(new Checkpoint(_at.Timeline, _at.Position, clock.GetUtcNow(), _tails), _key.Value);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Whether this installation signed it, and what the log lacks of it.</summary>
    public async Task<(bool Signed, ImmutableArray<Missing> Missing)> Compare(CheckpointFile file, CancellationToken stop = default) =>
        (file.SignedBy(_key.Value), await Compare(log, file.Checkpoint, stop));

    /// <summary>What a log lacks of a checkpoint or says otherwise.</summary>
    public static async Task<ImmutableArray<Missing>> Compare(IEventLog log, Checkpoint checkpoint, CancellationToken stop = default)
    {
        var versions = new Dictionary<string, long>();
        var hashes = new Dictionary<string, string>();
        for (var position = 0L; ;)
        {
            var read = await log.ReadAll(position, Batch, stop);
            foreach (var e in read)
            {
                versions[e.Stream] = e.Version;
                position = e.Position;
                if (checkpoint.Streams.GetValueOrDefault(e.Stream)?.Version == e.Version)
                {
                    hashes[e.Stream] = Convert.ToHexStringLower(e.Hash.Span);
                }
            }

            if (read.Count < Batch)
            {
                return checkpoint.Against(versions.GetValueOrDefault, (stream, _) => hashes.GetValueOrDefault(stream));
            }
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }

        _one.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Folder is not { } folder)
        {
            return;
        }

        using var timer = new PeriodicTimer(settings.Every);
        do
        {
            try
            {
                Export(folder, await Take(stoppingToken));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(folder, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Replaced in one step: a reader finds the old one or the new one.</summary>
    private static void Export(string folder, CheckpointFile file)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "checkpoint.json");
        var fresh = path + ".new";
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            stream.Write(file.Write());
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    [LoggerMessage(LogLevel.Warning, "The checkpoint could not be written to {Folder}; it is tried again")]
    private partial void LogFailed(string folder, Exception failure);
}
