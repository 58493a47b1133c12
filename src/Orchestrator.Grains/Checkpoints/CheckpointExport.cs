using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Telemetry;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>
/// Exports checkpoints at an interval, the first at the start. The log is compared with the newest one in each sink before that is
/// replaced: when the log lacks something, the old one stays and the streams concerned are quarantined.
/// </summary>
internal sealed partial class CheckpointExport(
    Checkpoints checkpoints, CheckpointSinks sinks, CheckpointSettings settings, RaisedAlarms alarms, IEarlyWithdrawals doubts,
    ILogger<CheckpointExport> logger)
    : BackgroundService
{
    private readonly (ICheckpointSink Sink, string Cause)[] _sinks = [.. sinks.All.Select((sink, i) => (sink, $"checkpoint {i}"))];

    /// <summary>
    /// The last checkpoint that this process wrote to each sink, by signature and digest: it needs no comparison, and the next one names
    /// it.
    /// </summary>
    private readonly Dictionary<ICheckpointSink, (CheckpointSignature Signature, string Digest)> _put = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_sinks.Length == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(settings.Every);
        do
        {
            foreach (var (sink, cause) in _sinks)
            {
                await Export(sink, cause, stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Export(ICheckpointSink sink, string cause, CancellationToken stop)
    {
        try
        {
            var (put, kept) = (_put.GetValueOrDefault(sink), await sink.Newest(stop));
            if (kept is not null && kept.Signature != put.Signature && await Lost(sink, kept, stop) is { } loss)
            {
                Alarm(cause, loss);
                return;
            }

            // A sink that cannot be read has a chain for each process: the first one after a start names none.
            var file = await checkpoints.Take(kept?.Checkpoint.Digest() ?? put.Digest, stop);
            await sink.Put(file, stop);
            _put[sink] = (file.Signature, file.Checkpoint.Digest());
            alarms.Clear(cause);
        }
        catch (LogChangedException changed)
        {
            Alarm(cause, $"{changed.Message} No checkpoint is written to {sink.Name}; the previous one is kept.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            Alarm(cause, $"Writing the checkpoint to {sink.Name} failed; retrying: {failure.Message}");
        }
    }

    /// <summary>The loss against a checkpoint as one sentence; null when there is none. The streams concerned are quarantined.</summary>
    private async Task<string?> Lost(ICheckpointSink sink, CheckpointFile kept, CancellationToken stop)
    {
        var (signed, found) = await checkpoints.Compare(kept, stop);
        if (!signed)
        {
            LogForeign(sink.Name, kept.Signature.Key);
        }

        var now = (await checkpoints.Take(stop: stop)).Checkpoint.Timeline;
        if (kept.Checkpoint.Timeline < now)
        {
            // A restore began another timeline and reported what is missing; the sink keeps this checkpoint beside the new ones.
            LogTimeline(sink.Name, kept.Checkpoint.Timeline, now);
            return null;
        }

        if (kept.Checkpoint.Timeline > now)
        {
            return $"The checkpoint in {sink.Name} is of timeline {kept.Checkpoint.Timeline}, and the log is of timeline {now}: the log is an earlier copy. The checkpoint is kept.";
        }

        if (found.Missing is not [var first, ..] missing)
        {
            return null;
        }

        doubts.Distrust(
            missing.Select(one => new ChainBreak(one.Stream, one.Found + 1, 0, one.Cut ? ChainBreakKind.Cut : ChainBreakKind.Other)));
        return $"The log lacks events of the checkpoint of {kept.Checkpoint.At:u} in {sink.Name}, in {missing.Length} {(missing.Length == 1 ? "stream" : "streams")}: {first.Text}. The checkpoint is kept.";
    }

    private void Alarm(string cause, string sentence)
    {
        if (alarms.Of(cause) != sentence)
        {
            LogAlarm(sentence);
        }

        alarms.Raise(cause, sentence);
    }

    [LoggerMessage(LogLevel.Critical, "{Sentence}")]
    private partial void LogAlarm(string sentence);

    [LoggerMessage(LogLevel.Warning, "The checkpoint in {Sink} was signed by the key {Key}, which is not this node's key; the log is compared with it anyway")]
    private partial void LogForeign(string sink, string key);

    [LoggerMessage(LogLevel.Warning, "The checkpoint in {Sink} is of timeline {Before}; a restore began {Now}")]
    private partial void LogTimeline(string sink, long before, long now);
}
