using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Grains.Time;

/// <summary>
/// Reads the clocks every second, so that a jump is noticed while it lasts and a confirmation has no gaps; reads the store's clock while
/// the wall clock is in doubt; stores the mark from which the next process continues.
/// </summary>
internal sealed partial class ClockWatch(SteadyTime time, ClockMarkFile marks, IServiceProvider services, ILogger<ClockWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(30);

    private readonly IStoreClock? _store = services.GetService<IStoreClock>();
    private ClockDoubt? _lastLogged;
    private ClockJump? _ended;
    private long _kept;
    private bool _failing;

    /// <summary>The newest mark is the best one, should the machine not be the same at the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Keep();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pulse);
        do
        {
            await Look(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Look(CancellationToken stop)
    {
        var (doubt, jump) = (time.Doubt, time.LastJump);
        var changed = !Equals(jump, _ended);
        if (changed && jump is not null)
        {
            LogEnded(jump.ToString());
        }

        if (doubt is not null && doubt != _lastLogged)
        {
            LogDoubt(doubt.ToString());
        }

        (_lastLogged, _ended) = (doubt, jump);
        if (doubt is not null && _store is not null && !await Agrees(_store, stop))
        {
            time.Refute();
        }

        if (_kept == 0 || changed || Stopwatch.GetElapsedTime(_kept) >= KeepEvery)
        {
            Keep();
        }
    }

    /// <summary>True when the store's clock agrees with the wall clock. A store that gives no answer confirms nothing.</summary>
    private async Task<bool> Agrees(IStoreClock store, CancellationToken stop)
    {
        try
        {
            var theirs = await store.Now(stop).WaitAsync(Patience, stop);
            return time.Doubt is not { } doubt || (time.GetUtcNow() + doubt.Ahead - theirs).Duration() <= SteadyTime.Tolerance;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            LogUnasked(failure.Message);
            return false;
        }
    }

    private void Keep()
    {
        try
        {
            marks.Keep(time);
            (_kept, _failing) = (Stopwatch.GetTimestamp(), false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_failing)
            {
                LogNotKept(failure.Message);
            }

            (_kept, _failing) = (Stopwatch.GetTimestamp(), true);
        }
    }

    [LoggerMessage(LogLevel.Critical, "{Doubt}")]
    private partial void LogDoubt(string doubt);

    [LoggerMessage(LogLevel.Warning, "A doubt about the time has ended: {Jump}")]
    private partial void LogEnded(string jump);

    [LoggerMessage(LogLevel.Debug, "Reading the store's clock failed: {Reason}")]
    private partial void LogUnasked(string reason);

    [LoggerMessage(LogLevel.Warning, "Writing the clock mark failed; a restart of the process would have to trust the wall clock: {Reason}")]
    private partial void LogNotKept(string reason);
}
