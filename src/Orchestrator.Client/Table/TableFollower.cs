using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Domain.Leases;

namespace Orchestrator.Client.Table;

/// <summary>
/// Keeps the routing table of this process up to date. Polls several times within a grant, and at once when the stream reports
/// a change. One request is under way at a time. Never ends by itself and never throws.
/// </summary>
internal sealed partial class TableFollower(
    TableHolder holder, TableSource source, TableKeeper keeper, OrchestratorOptions options, TimeProvider time,
    ILogger<TableFollower> logger)
    : BackgroundService
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Shortest time between two requests, however many changes the stream reports.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest wait for the disk when the service stops.</summary>
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(2);

    private volatile TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (keeper.Begin() is { } kept)
        {
            LogLoaded(kept.Position);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
        if (options.StartWait > TimeSpan.Zero
            && !await new TableRouter(holder).WaitUntilReadyAsync(options.StartWait, cancellationToken).ConfigureAwait(false))
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
        // The host's start does not wait for this.
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
                // A change that is reported from here on may be newer than the answer.
                var signal = _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

                // Both clocks before the request leaves: the grant counts from here.
                var sent = time.ReadClocks();
                var snapshot = holder.Current;
                var timeout = failures == 0 ? Timeout(snapshot.Grant) : options.RequestTimeout;
                var reply = await source.Fetch(whole ? null : snapshot.Table, timeout, stop).ConfigureAwait(false);
                holder.Accept(sent, reply);
                keeper.Keep();
                (failures, whole) = (0, false);
                Succeeded();
                var pause = reply.Granted == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : reply.Granted / 4;
                pause = Backoff.Jittered(pause < Shortest ? Shortest : pause > Longest ? Longest : pause);
                await signal.Task.WaitAsync(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var passed = sent.Elapsed(time.ReadClocks());
                if (passed < Rest)
                {
                    await Task.Delay(Rest - passed, time, stop).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                // An answer that does not fit the known table would not fit the next time either.
                whole |= failure is FormatException;
                if (failure is RefusedException { Forbidden: true })
                {
                    holder.Withdraw();
                }

                Failed(failure.Message);
                await Task.Delay(Backoff.After(++failures, (failure as RefusedException)?.RetryAfter), time, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task Listen(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan? retryAfter = null;
            var began = time.GetTimestamp();
            try
            {
                await source.Listen(() => _signal.TrySetResult(), stop).ConfigureAwait(false);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                retryAfter = (failure as RefusedException)?.RetryAfter;
            }

            // A revoked key ends the stream too: the next request shows that at once.
            _signal.TrySetResult();

            // A stream that lasted was a success; one that breaks at once each time is a failure, although it began well.
            failures = time.GetElapsedTime(began) > Backoff.Longest ? 1 : failures + 1;
            await Task.Delay(Backoff.After(failures, retryAfter), time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Leaves time for a second request within the grant when the first one hangs. The second may take longer: a large table
    /// needs it.
    /// </summary>
    private TimeSpan Timeout(TableLease? grant)
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
            LogRecovered(holder.Current.Table!.Position);
        }
    }

    [LoggerMessage(
        LogLevel.Information, "Loaded the cached routing table at position {Position}; it is stale until the orchestrator confirms it")]
    private partial void LogLoaded(long position);

    [LoggerMessage(LogLevel.Warning, "No routing table within {Seconds} s; all users are on legacy until one arrives")]
    private partial void LogNotReady(double seconds);

    [LoggerMessage(LogLevel.Warning, "Request for the routing table at {Url} failed: {Reason}; retrying")]
    private partial void LogFailed(Uri url, string reason);

    [LoggerMessage(LogLevel.Information, "Requests for the routing table succeed again; the table is at position {Position}")]
    private partial void LogRecovered(long position);
}
