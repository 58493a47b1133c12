using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Routing;

/// <summary>
/// Reports unwatched rollouts to the lease. While guards cannot be read nothing changes: then the store is unavailable, and staleness
/// decides.
/// </summary>
internal sealed partial class GuardFollower(
    IGuardStore guards, IWorld world, NodeLease lease, LeaseSettings settings, IEnumerable<ITrustObserver> observers,
    ILogger<GuardFollower> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly ITrustObserver[] _observers = [.. observers];
    private readonly UnwatchedRollouts _rollouts = new(settings.Time);
    private readonly SemaphoreSlim _turn = new(1);
    private bool _failing;

    /// <summary>One reading of the guards; one at a time. Throws only on cancellation.</summary>
    public async Task Read(CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            if (world.CaughtUp)
            {
                Take(await guards.Ages(stop));
                _failing = false;
            }
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            if (!_failing)
            {
                LogReadFailed(failure);
            }

            _failing = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await Read(stoppingToken);
        }
    }

    private void Take(IReadOnlyDictionary<string, TimeSpan> ages)
    {
        var watched = world.Current.Rollouts.Where(one => one.Value.State.Watched).Select(one => one.Key).ToHashSet();
        var before = lease.Unwatched;
        var after = _rollouts.Read(watched, ages);
        if (after.SetEquals(before))
        {
            return;
        }

        lease.Unwatched = after;
        foreach (var observer in _observers)
        {
            observer.TrustChanged();
        }

        foreach (var rollout in after.Except(before))
        {
            LogUnwatched(rollout, UnwatchedRollouts.Limit.TotalSeconds);
        }

        foreach (var rollout in before.Except(after))
        {
            LogWatched(rollout);
        }
    }

    [LoggerMessage(LogLevel.Error, "NOBODY WATCHES rollout {Rollout}: its guard was not renewed for {Seconds} s. It answers as its phase's onUnwatched says")]
    private partial void LogUnwatched(string rollout, double seconds);

    [LoggerMessage(LogLevel.Information, "Rollout {Rollout} is watched again, or no longer needs to be")]
    private partial void LogWatched(string rollout);

    [LoggerMessage(LogLevel.Warning, "Reading the guards of rollouts failed; retrying")]
    private partial void LogReadFailed(Exception failure);
}
