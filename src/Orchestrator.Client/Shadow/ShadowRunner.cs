using Microsoft.Extensions.Logging;
using Orchestrator.Client.Metrics;

namespace Orchestrator.Client.Shadow;

/// <summary>Runs the new path behind the caller's back.</summary>
internal sealed partial class ShadowRunner(IRouter router, Meters meters, OrchestratorOptions options, TimeProvider time, ILogger<ShadowRunner> logger) : IShadow
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _places = new(options.ShadowRuns);
    private long _skipped;

    public long Skipped => Interlocked.Read(ref _skipped);

    public async Task<T> Run<T>(string flag, Func<Task<T>> legacy, Func<CancellationToken, Task<T>> candidate, Func<T, T, bool>? same)
    {
        var expected = await legacy();
        if (options.ShadowSwitch is { } asked && !router.Route(asked, (string?)null).Value(false))
        {
            return expected;
        }

        if (!_places.Wait(0))
        {
            Interlocked.Increment(ref _skipped);
            return expected;
        }

        // Not awaited, and without the caller's context: the caller is done.
        ThreadPool.UnsafeQueueUserWorkItem(static run => _ = run(), () => Try(flag, expected, candidate, same ?? EqualityComparer<T>.Default.Equals), preferLocal: false);
        return expected;
    }

    private async Task Try<T>(string flag, T expected, Func<CancellationToken, Task<T>> candidate, Func<T, T, bool> same)
    {
        var began = time.GetTimestamp();
        Task<T>? run = null;
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            run = candidate(limit.Token);
            var actual = await run.WaitAsync(Limit, time);
            var took = time.GetElapsedTime(began);
            meters.Shadow(flag, took, same(expected, actual));
        }
        catch (Exception e)
        {
            meters.Shadow(flag, time.GetElapsedTime(began), same: null);
            LogFailed(flag, e.GetType().Name);
        }

        // One that does not end when it is told to keeps its place: there are never more of them than places.
        if (run is not null)
        {
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _places.Release();
    }

    [LoggerMessage(LogLevel.Debug, "The shadow run of {Flag} failed with {Exception}")]
    private partial void LogFailed(string flag, string exception);
}
