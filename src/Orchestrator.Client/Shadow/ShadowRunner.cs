using Microsoft.Extensions.Logging;
using Orchestrator.Client.Metrics;

namespace Orchestrator.Client.Shadow;

/// <summary>Runs the new path in the background, in a bounded number of places.</summary>
internal sealed partial class ShadowRunner(
    IRolloutRouter router, Meters meters, OrchestratorOptions options, TimeProvider time, ILogger<ShadowRunner> logger) : IRolloutShadow
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _places = new(options.ShadowRuns);
    private long _skipped;

    public long Skipped => Interlocked.Read(ref _skipped);

    public async Task<T> RunAsync<T>(string flag, Func<Task<T>> legacy, Func<CancellationToken, Task<T>> candidate, Func<T, T, bool>? same)
    {
        var expected = await legacy().ConfigureAwait(false);
        if (options.ShadowSwitch is { } asked && !router.Route(asked, (string?)null).Value(false))
        {
            return expected;
        }

        if (!_places.Wait(0))
        {
            Interlocked.Increment(ref _skipped);
            return expected;
        }

        // Not awaited, and without the caller's execution context: the caller has its result.
        ThreadPool.UnsafeQueueUserWorkItem(
            static run => _ = run(), () => Try(flag, expected, candidate, same ?? EqualityComparer<T>.Default.Equals), preferLocal: false);
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
            var actual = await run.WaitAsync(Limit, time).ConfigureAwait(false);
            var took = time.GetElapsedTime(began);
            meters.Shadow(flag, took, same(expected, actual));
        }
        catch (Exception e)
        {
            meters.Shadow(flag, time.GetElapsedTime(began), same: null);
            LogFailed(flag, e.GetType().Name);
        }

        // A run that ignores its cancelled token keeps its place: there are never more runs than places.
        if (run is not null)
        {
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _places.Release();
    }

    [LoggerMessage(LogLevel.Debug, "Shadow run of flag {Flag} failed with {Exception}")]
    private partial void LogFailed(string flag, string exception);
}
