using Orchestrator.Domain.Metrics.Statistics;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class BinomialBoundTests
{
    [Theory]
    [InlineData(0, 2995)]
    [InlineData(1, 4742)]
    [InlineData(5, 10511)]
    public void A_tenth_of_a_percent_at_95_percent_needs_as_many_samples_as_the_tables_say(long events, long samples)
    {
        Assert.Equal(samples, BinomialBound.RequiredSamples(0.001, 0.95, events));
        Assert.True(BinomialBound.UpperBound(events, samples, 0.95) <= 0.001);
        Assert.True(BinomialBound.UpperBound(events, samples - 1, 0.95) > 0.001);
    }

    // From the closed form for no event (1 - alpha^(1/n)), and Clopper-Pearson tables for the rest.
    [Theory]
    [InlineData(0, 10, 0.95, 0.25886554)]
    [InlineData(1, 10, 0.95, 0.39416335)]
    [InlineData(5, 10, 0.95, 0.77755901)]
    [InlineData(0, 1, 0.5, 0.5)]
    [InlineData(9, 10, 0.95, 0.99488380)]
    [InlineData(10, 100, 0.975, 0.17622260)]
    public void UpperBound_agrees_with_known_values(long events, long n, double confidence, double bound) =>
        Assert.Equal(bound, BinomialBound.UpperBound(events, n, confidence), 6);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(5, 3)]
    public void UpperBound_of_nothing_or_of_everything_proves_nothing(long events, long n) =>
        Assert.Equal(1, BinomialBound.UpperBound(events, n, 0.95));

    [Fact]
    public void Proves_what_the_upper_bound_does()
    {
        foreach (var (n, limit, confidence) in new[] { (3000L, 0.001, 0.95), (10L, 0.4, 0.95), (100_000L, 0.0002, 0.99), (1L, 0.5, 0.5),
            (0L, 0.5, 0.5) })
        {
            for (long events = 0; events < 12; events++)
            {
                Assert.Equal(BinomialBound.UpperBound(events, n, confidence) <= limit, BinomialBound.Proves(events, n, limit, confidence));
            }
        }
    }

    [Fact]
    public void RequiredSamples_stays_exact_for_many_events()
    {
        var required = BinomialBound.RequiredSamples(0.01, 0.99, 5000);
        Assert.True(BinomialBound.UpperBound(5000, required, 0.99) <= 0.01);
        Assert.True(BinomialBound.UpperBound(5000, required - 1, 0.99) > 0.01);
        Assert.InRange(required, 510_000, 525_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void RequiredSamples_of_an_unprovable_limit_throws(double limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialBound.RequiredSamples(limit, 0.95, 0));

    [Fact]
    public void LogGamma_of_whole_numbers_is_the_logarithm_of_a_factorial()
    {
        var sum = 0.0;
        for (var n = 1; n < 150; n++)
        {
            Assert.Equal(sum, Beta.LogGamma(n), 9);
            sum += Math.Log(n);
        }
    }
}
