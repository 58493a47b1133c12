using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Storage.Shared;

namespace Orchestrator.Silo;

/// <summary>Steady time that continues over restarts: a wall clock at the start proves nothing by itself.</summary>
internal static class PersistedTime
{
    /// <summary>Steady time for these data, in this process.</summary>
    public static async Task<SteadyTime> Open(IServiceProvider services, TimeProvider real)
    {
        var (log, marks) = (services.GetRequiredService<IEventLog>(), services.GetRequiredService<ClockMarkFile>());
        var recorded = await log.ReadAll(await log.Head() - 1, 1) is [.., var last]
            ? await PersistedClock.Real(services.GetRequiredService<InstallationFacts>(), last.At)
            : (DateTimeOffset?)null;
        var store = services.GetService<IStoreClock>() is { } clock ? await clock.Now() : (DateTimeOffset?)null;
        return Continue(real, marks.Boot, marks.Read(), recorded, store);
    }

    /// <summary>
    /// From the most trusted source: the monotonic clock, where this boot of the machine left a mark; otherwise never before the newest
    /// recorded moment, and the wall clock only as far as the store's clock or the mark of an earlier run allows. The difference is a
    /// doubt, and ends as one.
    /// </summary>
    /// <param name="real">The clocks of the process.</param>
    /// <param name="boot">Boot id of the machine; null where the system gives none.</param>
    /// <param name="mark">The last stored mark; null for none.</param>
    /// <param name="recorded">Time of the newest event, in real time; null for an empty log.</param>
    /// <param name="store">The store's clock; null where it has none.</param>
    public static SteadyTime Continue(TimeProvider real, string? boot, ClockMark? mark, DateTimeOffset? recorded, DateTimeOffset? store)
    {
        var wall = real.GetUtcNow();
        if (boot is not null && mark?.Boot == boot && mark.Frequency == real.TimestampFrequency && real.GetTimestamp() >= mark.Timestamp)
        {
            return new SteadyTime(real, mark.Now + real.GetElapsedTime(mark.Timestamp));
        }

        // A wall clock ahead of all others and a machine that was off look the same at the start. Waiting is safe.
        var newest = Later(recorded, mark?.Now);
        var plausible = store is { } theirs ? (theirs < wall ? theirs : wall)
            : mark is not null && newest is { } known && known < wall ? known
            : wall;
        return new SteadyTime(real, Later(newest, plausible)!.Value);
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
