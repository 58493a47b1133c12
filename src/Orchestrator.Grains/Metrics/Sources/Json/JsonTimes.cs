using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Grains.Metrics.Sources.Json;

/// <summary>Times of a JSON source in milliseconds of real time, as its servers count time.</summary>
/// <param name="Period">A sampling period.</param>
/// <param name="Step">Windows of counts begin and end at whole multiples of it: the time between two requests, in whole seconds.</param>
/// <param name="Delay">Time until the numbers of the source are complete.</param>
internal readonly record struct JsonTimes(long Period, long Step, long Delay)
{
    private const int Second = 1000;

    /// <param name="source">The source.</param>
    /// <param name="sampling">A sampling period of orchestrator time.</param>
    /// <param name="speed">Orchestrator seconds in a real second.</param>
    public static JsonTimes Of(SignalSource source, TimeSpan sampling, double speed)
    {
        var every = (source.Every ?? sampling / 2).TotalMilliseconds / speed;
        return new JsonTimes(Math.Max(1, (long)(sampling.TotalMilliseconds / speed)),
            Math.Max(1, (long)Math.Ceiling(every / Second)) * Second, (long)(source.Delay.TotalMilliseconds / speed));
    }

    /// <summary>The end of the newest window that is complete at a moment.</summary>
    public long End(long now) => (now - Delay) / Step * Step;

    /// <summary>Age up to which a level or a cumulative counter counts: older is stale.</summary>
    public SourceWindow Recent(long now) => new(now - Delay - (4 * Period), now - Delay);

    /// <summary>Longest window of a count; growth over a longer time cannot be assigned to a moment.</summary>
    public long Oldest(long end) => Math.Min(end - Step, end - (5 * Period));
}
