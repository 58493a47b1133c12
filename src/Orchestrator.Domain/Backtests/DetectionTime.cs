namespace Orchestrator.Domain.Backtests;

/// <summary>
/// Time until a trigger on a ratio fires after the ratio rose: the arithmetic of windows, least samples and <c>for</c> at constant traffic,
/// with each event where it comes on average. Chance may make it sooner or later.
/// </summary>
/// <param name="Sampling">Interval of samples.</param>
/// <param name="Window">The trigger's window.</param>
/// <param name="For">The time for which its condition must hold.</param>
/// <param name="Least">Least requests in the window.</param>
/// <param name="Limit">The limit; a ratio above it breaches.</param>
public sealed record DetectionTime(TimeSpan Sampling, TimeSpan Window, TimeSpan For, long Least, double Limit)
{
    /// <summary>Longest time that is looked at.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The time; null when it is not seen within <see cref="Longest"/>.</summary>
    /// <param name="perSecond">Requests of the new variant per second.</param>
    /// <param name="before">The ratio before the rise, 0 to 1.</param>
    /// <param name="rise">The ratio after it.</param>
    public TimeSpan? After(double perSecond, double before, double rise)
    {
        var samples = Math.Max(1, (int)Math.Ceiling(Window / Sampling));
        var requests = new long[samples];
        var events = new long[samples];
        var (carriedRequests, carriedEvents) = (0.5, 0.5);
        DateTimeOffset? since = null;
        var begin = DateTimeOffset.UnixEpoch;
        for (var round = -samples; round * Sampling <= Longest; round++)
        {
            var slot = ((round % samples) + samples) % samples;
            requests[slot] = Whole(ref carriedRequests, perSecond * Sampling.TotalSeconds);
            events[slot] = Math.Min(requests[slot], Whole(ref carriedEvents, requests[slot] * (round > 0 ? rise : before)));
            if (round <= 0)
            {
                continue;
            }

            var at = begin + (round * Sampling);
            var (all, bad) = (requests.Sum(), events.Sum());

            // As the live rule: without requests enough there is no verdict, and the newest sample must agree with the window.
            if (all == 0 || all < Least || (double)bad / all <= Limit)
            {
                since = null;
                continue;
            }

            var agrees = requests[slot] == 0 || (double)events[slot] / requests[slot] > Limit;
            if (agrees && (For == TimeSpan.Zero || (since is { } held && at - held >= For)))
            {
                return at - begin;
            }

            since ??= agrees ? at : null;
        }

        return null;
    }

    private static long Whole(ref double carried, double expected)
    {
        carried += expected;
        var whole = Math.Floor(carried + 1e-9);
        carried -= whole;
        return (long)whole;
    }
}
