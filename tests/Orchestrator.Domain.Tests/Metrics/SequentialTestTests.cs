using Orchestrator.Domain.Metrics.Statistics;

namespace Orchestrator.Domain.Tests.Metrics;

[Trait("Speed", "Slow")]
public sealed class SequentialTestTests
{
    private const double Alpha = 0.05;

    /// <summary>
    /// Two equal arms, looked at 10,000 times each: how many of 200 histories ever see a difference. A test at 5 % for one look would see
    /// one in nearly all of them.
    /// </summary>
    [Theory]
    [InlineData(0.001, 200)]
    [InlineData(0.02, 20)]
    [InlineData(0.3, 4)]
    public void Equal_arms_differ_in_at_most_alpha_of_histories_over_ten_thousand_looks(double rate, int requestsALook)
    {
        var random = new Random(11);
        var (histories, alarms, naive) = (200, 0, 0);
        for (var history = 0; history < histories; history++)
        {
            long mine = 0, theirs = 0, n = 0;
            bool alarm = false, peeked = false;
            for (var look = 1; look <= 10_000 && !alarm; look++)
            {
                (mine, theirs, n) = (mine + Drawn(random, requestsALook, rate), theirs + Drawn(random, requestsALook, rate),
                    n + requestsALook);
                if (!Suspicious(mine, theirs, n))
                {
                    continue;
                }

                peeked = true;
                alarm = SequentialTest.Refutes(mine, n, theirs, n, 1, Alpha);
            }

            alarms += alarm ? 1 : 0;
            naive += peeked ? 1 : 0;
        }

        Assert.InRange(alarms, 0, (int)(Alpha * histories));
        Assert.True(naive > 3 * Alpha * histories, $"peeking at a one-look test would have been wrong in only {naive} histories: the simulation shows nothing");
    }

    /// <summary>
    /// The same, but people roll back and restore, so that the comparison begins again after every few looks. With all of alpha at each
    /// beginning it would be wrong in many more histories; what is left of it keeps the promise for all beginnings together.
    /// </summary>
    [Theory]
    [InlineData(0.1, 20, 20)]
    [InlineData(0.3, 4, 50)]
    [InlineData(0.3, 20, 100)]
    public void A_comparison_begun_again_and_again_differs_in_at_most_alpha_of_histories(double rate, int requestsALook, int looks)
    {
        var random = new Random(17);
        var (histories, alarms, wasteful) = (200, 0, 0);
        for (var history = 0; history < histories; history++)
        {
            bool alarm = false, whole = false;
            for (var comparison = 1; comparison <= 10_000 / looks && !alarm; comparison++)
            {
                long mine = 0, theirs = 0, n = 0;
                for (var look = 1; look <= looks && !alarm; look++)
                {
                    (mine, theirs, n) = (mine + Drawn(random, requestsALook, rate), theirs + Drawn(random, requestsALook, rate),
                        n + requestsALook);
                    if (Suspicious(mine, theirs, n))
                    {
                        whole |= SequentialTest.Refutes(mine, n, theirs, n, 1, Alpha);
                        alarm = SequentialTest.Refutes(mine, n, theirs, n, 1, SequentialTest.Part(Alpha, comparison));
                    }
                }
            }

            alarms += alarm ? 1 : 0;
            wasteful += whole ? 1 : 0;
        }

        Assert.InRange(alarms, 0, (int)(Alpha * histories));
        Assert.True(wasteful > Alpha * histories, $"all of alpha at each beginning was wrong in only {wasteful} histories: the simulation shows nothing");
    }

    /// <summary>Ten requests of each user fail together or not at all: counted as ten they make a difference of what is none.</summary>
    [Fact]
    public void Requests_that_go_together_count_as_one_by_the_design_effect()
    {
        const int together = 10;
        var random = new Random(23);
        var (histories, alarms, naive) = (200, 0, 0);
        for (var history = 0; history < histories; history++)
        {
            long mine = 0, theirs = 0, n = 0;
            bool alarm = false, wrong = false;
            for (var look = 1; look <= 500; look++)
            {
                (mine, theirs, n) = (mine + (together * Drawn(random, 20, 0.1)), theirs + (together * Drawn(random, 20, 0.1)),
                    n + (together * 20));
                wrong |= Suspicious(mine, theirs, n) && SequentialTest.Refutes(mine, n, theirs, n, 1, Alpha);
                alarm |= SequentialTest.Refutes(mine, n, theirs, n, 1, Alpha, together);
            }

            alarms += alarm ? 1 : 0;
            naive += wrong ? 1 : 0;
        }

        Assert.InRange(alarms, 0, (int)(Alpha * histories));
        Assert.True(naive > 5 * Alpha * histories, $"counting each request was wrong in only {naive} histories: the simulation shows nothing");

        Assert.Equal(SequentialTest.Ratios(5, 500, 3, 500, 1, Alpha)!.High,
            SequentialTest.Ratios(50, 5_000, 30, 5_000, 1, Alpha, together)!.High, 9);
        var (one, ten) = (SequentialTest.QuantileRanks(0.95, 10_000, Alpha)!.Value,
            SequentialTest.QuantileRanks(0.95, 10_000, Alpha, together)!.Value);
        Assert.True(ten.Low < one.Low && ten.High > one.High);
    }

    [Fact]
    public void The_parts_of_alpha_make_alpha_and_none_is_nothing()
    {
        var parts = Enumerable.Range(1, 100_000).Select(n => SequentialTest.Part(Alpha, n)).ToArray();
        Assert.InRange(parts.Sum(), 0.999 * Alpha, Alpha);
        Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.InRange(pair.Second, double.Epsilon, pair.First));
    }

    [Theory]
    [InlineData(0.001, 0.01, 6_000)]
    [InlineData(0.0005, 0.005, 12_000)]
    [InlineData(0.02, 0.03, 25_000)]
    public void A_bad_arm_is_seen(double good, double bad, int within)
    {
        var random = new Random(5);
        var (histories, seen) = (100, 0);
        for (var history = 0; history < histories; history++)
        {
            long mine = 0, theirs = 0, n = 0;
            while (n < within && !SequentialTest.Refutes(mine, n, theirs, n, 1, Alpha))
            {
                (mine, theirs, n) = (mine + Drawn(random, 200, bad), theirs + Drawn(random, 200, good), n + 200);
            }

            seen += n < within ? 1 : 0;
        }

        Assert.True(seen >= 90, $"only {seen} of {histories} bad arms were seen within {within} requests");
    }

    [Theory]
    [InlineData(50, 5_000, 5, 5_000)]
    [InlineData(3, 900, 7, 11_000)]
    [InlineData(0, 100, 0, 100)]
    [InlineData(10, 10, 0, 10)]
    public void Swapped_arms_give_the_mirrored_answer(long events, long n, long legacyEvents, long legacyN)
    {
        var (one, other) = (SequentialTest.Ratios(events, n, legacyEvents, legacyN, 1, Alpha)!,
            SequentialTest.Ratios(legacyEvents, legacyN, events, n, 1, Alpha)!);

        Assert.Equal(one.Effect, -other.Effect, 12);
        Assert.Equal(one.Low, -other.High, 9);
        Assert.Equal(one.High, -other.Low, 9);
        Assert.InRange(one.Effect, one.Low, one.High);
        Assert.Equal(one.Low > 0 || one.High < 0, SequentialTest.Refutes(events, n, legacyEvents, legacyN, 1, Alpha));
    }

    [Fact]
    public void The_truth_is_inside_at_all_of_ten_thousand_looks_also_against_a_multiple()
    {
        var random = new Random(3);
        var (histories, missed) = (40, 0);
        for (var history = 0; history < histories; history++)
        {
            long mine = 0, theirs = 0, n = 0;
            var lost = false;
            for (var look = 1; look <= 10_000 && !lost; look++)
            {
                (mine, theirs, n) = (mine + Drawn(random, 50, 0.022), theirs + Drawn(random, 50, 0.02), n + 50);

                lost = SequentialTest.Refutes(mine, n, theirs, n, 1.1, Alpha);
            }

            missed += lost ? 1 : 0;
        }

        Assert.InRange(missed, 0, (int)(Alpha * histories));
    }

    [Fact]
    public void Quantile_bounds_hold_at_all_looks()
    {
        var random = new Random(8);
        var (histories, missed) = (200, 0);
        var bounds = new (long Low, long High)?[10_001];
        for (var look = 1; look <= 10_000; look++)
        {
            bounds[look] = SequentialTest.QuantileRanks(0.95, look, Alpha);
        }

        for (var history = 0; history < histories; history++)
        {
            // Observations at or below the true 95th percentile.
            var below = 0;
            var lost = false;
            for (var n = 1; n <= 10_000 && !lost; n++)
            {
                below += random.NextDouble() < 0.95 ? 1 : 0;
                lost = bounds[n] is { } known && (below < known.Low || below >= known.High);
            }

            missed += lost ? 1 : 0;
        }

        Assert.InRange(missed, 0, (int)(Alpha * histories));
        Assert.Null(bounds[20]);
        Assert.InRange(bounds[10_000]!.Value.Low, 9_400, 9_460);
    }

    private static int Drawn(Random random, int requests, double rate)
    {
        // From event to event: the gaps of a Bernoulli sequence are geometric.
        var events = -1;
        for (double at = 0; at < requests; events++)
        {
            at += Math.Ceiling(Math.Log(1 - random.NextDouble()) / Math.Log(1 - rate));
        }

        return events;
    }

    // What a test for one look at 5 % would call a difference; whatever it lets pass, the sequential test lets pass too.
    private static bool Suspicious(long mine, long theirs, long n)
    {
        var pooled = (double)(mine + theirs) / (2 * n);
        return mine + theirs >= 5 && Math.Abs(mine - theirs) > 1.96 * Math.Sqrt(2 * n * pooled * (1 - pooled));
    }
}
