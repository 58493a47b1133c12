using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Leases;

namespace Orchestrator.Client.Table;

/// <summary>
/// Keeps the table of this process up with the orchestrator: asks by the clock, several times within what was granted, and at once when the
/// stream brings news. One question is under way at a time. Never ends by itself and never throws.
/// </summary>
internal sealed partial class TableFollower(
    TableHolder holder, TableSource source, TableKeeper keeper, OrchestratorOptions options, TimeProvider time, ILogger<TableFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Between two questions, however much news there is.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    /// <summary>How long the end of the service waits for the disk at most.</summary>
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(2);

    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (keeper.Begin() is { } kept)
        {
            LogKept(kept.Position);
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
        await keeper.Writing.WaitAsync(LastWrite, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                var sent = time.ReadClocks();
                var held = holder.Current;
                var reply = await source.Ask(whole ? null : held.Table, failures == 0 ? Limit(held.Grant) : options.RequestTimeout, stop);
                holder.Accept(sent, reply);
                keeper.Keep();
                (failures, whole) = (0, false);
                Succeeded();
                var pause = reply.Granted == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : reply.Granted / 4;
                pause = Backoff.Jittered(pause < Shortest ? Shortest : pause > Longest ? Longest : pause);
                await news.Task.WaitAsync(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var passed = sent.Elapsed(time.ReadClocks());
                if (passed < Rest)
                {
                    await Task.Delay(Rest - passed, time, stop);
                }
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                // What does not fit to what is known here would not fit again.
                whole |= failure is FormatException;
                if (failure is RefusedException { Forbidden: true })
                {
                    holder.Withdraw();
                }

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
            var began = time.GetTimestamp();
            try
            {
                await source.Listen(() => _news.TrySetResult(), stop);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                asked = (failure as RefusedException)?.RetryAfter;
            }

            // A stream ends with its key, too: the answer to the next question says so at once.
            _news.TrySetResult();

            // One that lasted was a good one; one that is broken off at once each time is a failure, although it began well.
            failures = time.GetElapsedTime(began) > Backoff.Longest ? 1 : failures + 1;
            await Task.Delay(Backoff.After(failures, asked), time, stop);
        }
    }

    /// <summary>A question that hangs leaves time for another one within the grant. That one may take longer: a large table needs it.</summary>
    private TimeSpan Limit(TableLease? grant)
    {
        var half = grant is null || grant.For / 2 > options.RequestTimeout ? options.RequestTimeout : grant.For / 2;
        return half > Shortest || options.RequestTimeout < Shortest ? half : Shortest;
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
}
