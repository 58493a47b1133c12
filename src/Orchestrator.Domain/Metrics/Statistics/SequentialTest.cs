namespace Orchestrator.Domain.Metrics.Statistics;

/// <summary>New against legacy, by a test that may be evaluated after every request.</summary>
/// <param name="Effect">New minus factor times legacy, as measured, in the metric's base unit.</param>
/// <param name="Low">The true difference is not below this.</param>
/// <param name="High">The true difference is not above this. Both hold at all looks together, with probability 1 - alpha.</param>
/// <param name="Legacy">Legacy's own value.</param>
/// <param name="LegacySamples">Legacy's samples behind that value.</param>
public sealed record SequentialResult(double Effect, double Low, double High, double Legacy, long LegacySamples);

/// <summary>
/// Confidence sequences: intervals that contain the truth at all sample sizes at once with probability 1 - alpha, so that peeking costs
/// nothing. For a share p with k events in n, the likelihoods mixed over a Beta(1/2, 1/2) prior and divided by the likelihood of the true p
/// are a martingale that begins at 1 and reaches 1 / alpha with probability at most alpha (J. Ville, "Etude critique de la notion de collectif", 1939; H. Robbins,
/// "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41 (1970) 1397-1409). The interval is everything it has not refuted.
/// Exact for rare events; assumes that requests of one variant fail independently and equally often within the time compared. Requests that
/// come in groups which fail or succeed together count as one each: a design effect divides all counts (L. Kish, "Survey Sampling", 1965).
/// </summary>
public static class SequentialTest
{
    /// <summary>
    /// The difference p - factor q of two shares. The product of the two martingales is one too, so all pairs (p, q) it has not refuted are
    /// kept together; swapping the variants (at factor 1) gives the mirrored answer.
    /// </summary>
    /// <returns>Null while a variant has no request.</returns>
    /// <param name="events">Events of the new variant.</param>
    /// <param name="n">Requests of the new variant.</param>
    /// <param name="legacyEvents">Events of legacy.</param>
    /// <param name="legacyN">Requests of legacy.</param>
    /// <param name="factor">Factor on legacy's share.</param>
    /// <param name="alpha">Probability with which the interval may miss the truth.</param>
    /// <param name="designEffect">Number of requests that go together and count as one.</param>
    public static SequentialResult? Ratios(
        long events, long n, long legacyEvents, long legacyN, double factor, double alpha, double designEffect = 1)
    {
        Check(factor, alpha);
        if (n <= 0 || legacyN <= 0)
        {
            return null;
        }

        var (mine, theirs) = (Counted(events, n, designEffect), Counted(legacyEvents, legacyN, designEffect));
        var effect = mine.Share - (factor * theirs.Share);
        var bar = -Math.Log(alpha);
        return new SequentialResult(
            effect, Edge(effect, -factor, d => Least(mine, theirs, factor, d) < bar),
            Edge(effect, 1, d => Least(mine, theirs, factor, d) < bar),
            theirs.Share, legacyN);
    }

    /// <summary>True when "p is factor q" is refuted by now: then <see cref="Ratios"/> gives an interval without 0, at a hundred times the cost.</summary>
    public static bool Refutes(long events, long n, long legacyEvents, long legacyN, double factor, double alpha, double designEffect = 1)
    {
        Check(factor, alpha);
        return n > 0 && legacyN > 0
            && Least(Counted(events, n, designEffect), Counted(legacyEvents, legacyN, designEffect), factor, 0) >= -Math.Log(alpha);
    }

    /// <summary>
    /// Order statistics of n observations that bound the true quantile of that rank at all n together: by the same martingale at p = rank,
    /// because the observations at or below the quantile are Bernoulli(rank). S. R. Howard, A. Ramdas, "Sequential estimation of quantiles
    /// with applications to A/B testing and best-arm identification", Bernoulli 28 (2022) 1704-1728.
    /// </summary>
    /// <returns>From 1 to n; null while n is too small for one of them.</returns>
    public static (long Low, long High)? QuantileRanks(double rank, long n, double alpha, double designEffect = 1)
    {
        Check(1, alpha);
        var bar = -Math.Log(alpha);
        var middle = Math.Clamp((long)Math.Round(rank * n), 0, n);
        var low = Walk(middle, 0, k => new Mixture(k / designEffect, n / designEffect).Against(rank) < bar);
        var high = Walk(middle, n, k => new Mixture(k / designEffect, n / designEffect).Against(rank) < bar) + 1;
        return n > 0 && low >= 1 && high <= n ? (low, high) : null;
    }

    // Largest distance from "inside" towards "end" that is still in the interval around the estimate.
    private static double Edge(double inside, double end, Func<double, bool> kept)
    {
        if (kept(end))
        {
            return end;
        }

        for (var i = 0; i < 40; i++)
        {
            var middle = (inside + end) / 2;
            (inside, end) = kept(middle) ? (middle, end) : (inside, middle);
        }

        return end;
    }

    private static long Walk(long inside, long end, Func<long, bool> kept)
    {
        if (kept(end))
        {
            return end;
        }

        while (Math.Abs(end - inside) > 1)
        {
            var middle = (inside + end) / 2;
            (inside, end) = kept(middle) ? (middle, end) : (inside, middle);
        }

        return inside;
    }

    // The evidence against the least refuted pair on p = factor q + difference: convex in q, so a golden section finds it.
    private static double Least(in Mixture mine, in Mixture theirs, double factor, double difference)
    {
        const double golden = 0.6180339887498949;
        double least = Math.Max(0, -difference / factor), most = Math.Min(1, (1 - difference) / factor);

        // The sum of two convex functions is least between the minima of each.
        double one = Math.Clamp(theirs.Share, least, most), other = Math.Clamp((mine.Share - difference) / factor, least, most);
        double low = Math.Min(one, other), high = Math.Max(one, other);
        double a = high - (golden * (high - low)), b = low + (golden * (high - low));
        double atA = mine.Against((factor * a) + difference) + theirs.Against(a),
            atB = mine.Against((factor * b) + difference) + theirs.Against(b);
        for (var i = 0; i < 32; i++)
        {
            if (atA < atB)
            {
                (high, b, atB) = (b, a, atA);
                a = high - (golden * (high - low));
                atA = mine.Against((factor * a) + difference) + theirs.Against(a);
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                b = low + (golden * (high - low));
                atB = mine.Against((factor * b) + difference) + theirs.Against(b);
            }
        }

        return Math.Min(atA, atB);
    }

    /// <summary>
    /// Error rate of the n-th comparison (from 1) of the same two variants when all of them together may err by alpha: a martingale that
    /// begins again has a new chance of error. Three quarters go to the first; the others share the rest, 1/(n (n - 1)) of it each, so that
    /// none is without.
    /// </summary>
    public static double Part(double alpha, int comparison) =>
        comparison <= 1 ? alpha * 0.75 : alpha * 0.25 / (comparison * (comparison - 1.0));

    // Numerators may run ahead of their denominators: more than all is all.
    private static Mixture Counted(long events, long n, double designEffect) => new(Math.Min(events, n) / designEffect, n / designEffect);

    private static void Check(double factor, double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        if (alpha is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "An error rate lies between 0 and 1.");
        }
    }

    /// <summary>k events in n, and the logarithm of the evidence against a true share.</summary>
    private readonly struct Mixture(double k, double n)
    {
        // ln B(k + 1/2, n - k + 1/2) - ln B(1/2, 1/2); the latter is ln pi.
        private readonly double _mixed = Beta.LogGamma(k + 0.5) + Beta.LogGamma(n - k + 0.5) - Beta.LogGamma(n + 1) - Math.Log(Math.PI);

        public double Share => k / n;

        public double Against(double p) => _mixed - Times(k, Math.Clamp(p, 0, 1)) - Times(n - k, Math.Clamp(1 - p, 0, 1));

        private static double Times(double count, double p) => count == 0 ? 0 : count * Math.Log(p);
    }
}
