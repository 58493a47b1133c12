namespace Orchestrator.Domain.Metrics.Statistics;

/// <summary>
/// Exact one-sided bounds of a share of events: C. J. Clopper, E. S. Pearson, "The use of confidence or
/// fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934) 404-413.
/// </summary>
public static class BinomialBound
{
    /// <summary>
    /// The true share that is not exceeded with <paramref name="confidence"/> when <paramref name="events"/> of <paramref name="n"/> were
    /// seen.
    /// </summary>
    /// <returns>0 to 1; 1 when nothing was seen, or when every one (or more: numerators may run ahead) was an event.</returns>
    public static double UpperBound(long events, long n, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        CheckConfidence(confidence);
        if (n <= 0 || events >= n)
        {
            return 1;
        }

        double low = (double)events / n, high = 1;
        for (var i = 0; i < 80 && high - low > 1e-15 * high; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = AtMost(events, n, middle) > 1 - confidence ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>
    /// True when <paramref name="events"/> of <paramref name="n"/> show, with <paramref name="confidence"/>, a true share of at most
    /// <paramref name="limit"/>: the same as <see cref="UpperBound"/> not above the limit, without searching for the bound.
    /// </summary>
    public static bool Proves(long events, long n, double limit, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        CheckConfidence(confidence);
        return n > 0 && events < n && AtMost(events, n, limit) <= 1 - confidence;
    }

    /// <summary>
    /// The fewest requests that show, with <paramref name="confidence"/>, a true share of at most <paramref name="limit"/> when
    /// <paramref name="events"/> of them were events: 2,995 for 0.1 % at 95 % with none, 4,742 with one.
    /// </summary>
    /// <param name="limit">A fraction of 1, above 0 and below 1.</param>
    /// <param name="confidence">Above 0 and below 1.</param>
    /// <param name="events">Number of events that were seen.</param>
    public static long RequiredSamples(double limit, double confidence, long events)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        CheckConfidence(confidence);
        if (limit is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A limit lies between 0 and 1; a limit of 0 is never proved.");
        }

        long low = events, high = events + 1;
        while (AtMost(events, high, limit) > 1 - confidence)
        {
            (low, high) = (high, high * 2);
        }

        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = AtMost(events, middle, limit) > 1 - confidence ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>Most samples of a forecast: a person does not wait for more.</summary>
    public const long MostSamples = 100_000_000;

    /// <summary>
    /// Samples that show, with <paramref name="confidence"/>, a true share of at most <paramref name="limit"/> when
    /// <paramref name="share"/> of them are events: within a hundredth of the fewest. Null when the share is not below the limit, or more
    /// than <see cref="MostSamples"/> would be needed.
    /// </summary>
    /// <param name="share">0 to 1; at 0 the result is that of <see cref="RequiredSamples"/> for no event.</param>
    /// <param name="limit">Above 0 and below 1.</param>
    /// <param name="confidence">Above 0 and below 1.</param>
    public static long? RequiredAtShare(double share, double limit, double confidence)
    {
        if (limit is > 0 and < 1 && share == 0)
        {
            return RequiredSamples(limit, confidence, 0);
        }

        CheckConfidence(confidence);
        if (!(share < limit) || limit is not (> 0 and < 1))
        {
            return null;
        }

        // The formula below needs one sample that is no event.
        long low = 0, high = (long)Math.Ceiling(1 / (1 - share)) + 1;
        while (!Shows(high))
        {
            (low, high) = (high, high * 2);
            if (low > MostSamples)
            {
                return null;
            }
        }

        while (high - low > 1 + (high / 100))
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Shows(middle) ? (low, middle) : (middle, high);
        }

        return high;

        // The distribution at a number of events between whole ones, so that it grows evenly with n.
        bool Shows(long n) => n * (1 - share) >= 1 && Beta.Regularised(1 - limit, n * (1 - share), (n * share) + 1) <= 1 - confidence;
    }

    // P(X <= k) of a binomial is the regularised incomplete beta function I(1 - p; n - k, k + 1): DLMF 8.17.5.
    private static double AtMost(long k, long n, double p) => k >= n ? 1 : Beta.Regularised(1 - p, n - k, k + 1);

    private static void CheckConfidence(double confidence)
    {
        if (confidence is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1.");
        }
    }
}
