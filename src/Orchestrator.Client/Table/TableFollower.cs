using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Client.Table;

/// <summary>
/// Keeps the table of this process up with the orchestrator: asks by the clock, several times within what was granted, and at once when the
/// stream brings news. One question is under way at a time. Never ends by itself and never throws.
/// </summary>
internal sealed partial class TableFollower(
    TableHolder holder, TableSource source, TableFile? file, OrchestratorOptions options, TimeProvider time, ILogger<TableFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>How often the kept table is confirmed on disk while it does not change.</summary>
    private static readonly TimeSpan Confirm = TimeSpan.FromMinutes(1);

    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _written;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (file?.Read() is { } kept)
        {
            holder.Keep(kept.Table, kept.Past);
            LogKept(kept.Table.Position);
        }

        await base.StartAsync(cancellationToken);
        if (options.StartWait > TimeSpan.Zero && !await new TableRouter(holder).WaitUntilReady(options.StartWait, cancellationToken))
        {
            LogNotReady(options.StartWait.TotalSeconds);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        source.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host's start waits for nothing of this.
        await Task.Yield();
        await Task.WhenAll(Follow(stoppingToken), Listen(stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Follow(CancellationToken stop)
    {
        var (failures, whole) = (0, false);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // What is heard from here on may be newer than the answer.
                var news = _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

                // Both clocks before the question leaves: all that is granted counts from here.
                var sent = Moment.Now(time);
                var reply = await source.Ask(whole ? null : holder.Current.Table, stop);
                var changed = holder.Accept(sent, reply);
                Keep(changed);
                (failures, whole) = (0, false);
                Succeeded();
                var pause = reply.Granted == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : reply.Granted / 4;
                pause = Backoff.Jittered(pause < Shortest ? Shortest : pause > Longest ? Longest : pause);
                await news.Task.WaitAsync(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                // What does not fit to what is known here would not fit again.
                whole |= failure is FormatException;
                Failed(failure.Message);
                await Task.Delay(Backoff.After(++failures, (failure as RefusedException)?.RetryAfter), time, stop);
            }
        }
    }

    private async Task Listen(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan? asked = null;
            try
            {
                await source.Listen(
                    () =>
                    {
                        failures = 0;
                        _news.TrySetResult();
                    },
                    stop);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                asked = (failure as RefusedException)?.RetryAfter;
            }

            await Task.Delay(Backoff.After(++failures, asked), time, stop);
        }
    }

    private void Keep(bool changed)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            var held = holder.Current;
            if (held.Cut is not null)
            {
                file.Delete();
            }
            else if (held.Grant is { } grant && (changed || _written is not { } at || time.GetElapsedTime(at) > Confirm))
            {
                file.Write(held.Table!, grant.For - grant.Since.Age(time));
                _written = time.GetTimestamp();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(options.CacheFile!, e.Message);
        }
    }

    private void Failed(string reason)
    {
        if (holder.Failure != reason)
        {
            holder.Failure = reason;
            LogFailed(options.Url!, reason);
        }
    }

    private void Succeeded()
    {
        if (holder.Failure is not null)
        {
            holder.Failure = null;
            LogAgain(holder.Current.Table!.Position);
        }
    }

    [LoggerMessage(LogLevel.Information, "Begins with the routing table of an earlier start, at position {Position}, as a stale one")]
    private partial void LogKept(long position);

    [LoggerMessage(LogLevel.Warning, "No routing table within {Seconds} s: everybody is on legacy until one comes")]
    private partial void LogNotReady(double seconds);

    [LoggerMessage(LogLevel.Warning, "The routing table could not be asked for at {Url}: {Reason}; trying again")]
    private partial void LogFailed(Uri url, string reason);

    [LoggerMessage(LogLevel.Information, "The routing table can be asked for again; it is at position {Position}")]
    private partial void LogAgain(long position);

    [LoggerMessage(LogLevel.Warning, "The routing table could not be kept in {File}: {Reason}")]
    private partial void LogNotKept(string file, string reason);
}
