using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Tests.Metrics;

/// <summary>The exact bound on either side, and of quantiles.</summary>
public sealed class ProofTests
{
    private static readonly MetricSource Share = new MetricSource.Ratio("errors", "requests");

    private static Measurement Of(long events, long samples) =>
        new((double)events / samples, samples, events, TimeSpan.Zero, TimeSpan.Zero, null);

    private static Claim Claimed(string text, MetricSource? source = null, double confidence = 0.95)
    {
        Assert.True(ConditionParser.TryParse("m " + text, out var rule, out _));
        return Claim.Of(rule.Condition, source ?? Share, confidence)!;
    }

    [Theory]
    [InlineData(0, 2994, false)]
    [InlineData(0, 2995, true)]
    [InlineData(1, 4741, false)]
    [InlineData(1, 4742, true)]
    public void A_lower_bound_on_a_share_needs_what_its_mirror_needs(long failures, long samples, bool shown)
    {
        Assert.Equal(shown, Proof.Of(Claimed(">= 99.9%"), Share, Of(samples - failures, samples), null, null)!.Holds);
        Assert.Equal(shown, Proof.Of(Claimed("<= 0.1%"), Share, Of(failures, samples), null, null)!.Holds);
    }

    [Fact]
    public void A_share_and_what_is_missing_to_it_are_shown_together() =>
        Gen.Select(Gen.Long[1, 5000], Gen.Double[0, 1], Gen.Double[0.01, 0.99]).Sample((n, of, limit) =>
        {
            var events = (long)(of * n);
            Assert.Equal(
                Proof.Of(new Claim(0.95, null, new ClaimLimit(limit, false, true)), Share, Of(events, n), null, null)!.Holds,
                Proof.Of(new Claim(0.95, new ClaimLimit(1 - limit, false, true), null), Share, Of(n - events, n), null, null)!.Holds);
        });

    [Theory]
    [InlineData("<= 165ms", 0.95, 0, 0, 58, false)]
    [InlineData("<= 165ms", 0.95, 0, 0, 59, true)]
    [InlineData("<= 165ms", 0.99, 0, 0, 298, false)]
    [InlineData("<= 165ms", 0.99, 0, 0, 299, true)]
    [InlineData(">= 90ms", 0.5, 0, 5, 14, false)]
    [InlineData(">= 90ms", 0.5, 0, 2, 14, true)]
    public void A_quantile_is_shown_by_how_many_lie_beyond_its_limit(
        string text, double rank, long over, long under, long samples, bool shown)
    {
        var source = new MetricSource.Quantile(rank, "t");
        Assert.Equal(shown, Proof.Of(Claimed(text, source), source, Of(0, samples), null, new OutsideLimits(over, under))!.Holds);
        Assert.Null(Proof.Of(Claimed(text, source), source, Of(0, samples), null, null));
    }

    [Theory]
    [InlineData("<= 110% of baseline", 0, 80, 0.001, false)]
    [InlineData("<= 110% of baseline", 0, 2722, 0.001, true)]
    [InlineData("<= 110% of baseline", 10, 10_000, 0.001, false)]
    [InlineData("<= 110% of baseline", 400, 400_000, 0.001, true)]
    [InlineData(">= 95% of baseline", 300, 10_000, 0.03, false)]
    [InlineData(">= 95% of baseline", 3000, 100_000, 0.03, true)]
    public void A_multiple_of_a_baseline_is_a_limit_like_a_number(string text, long events, long samples, double baseline, bool shown)
    {
        Assert.Equal(shown, Proof.Of(Claimed(text), Share, Of(events, samples), baseline, null)!.Holds);
        Assert.Null(Proof.Of(Claimed(text), Share, Of(events, samples), null, null));
    }

    [Fact]
    public void A_baseline_of_none_leaves_no_room()
    {
        var proof = Proof.Of(Claimed("<= 110% of baseline"), Share, Of(0, 1_000_000), 0, null)!;
        Assert.Equal((false, true, null), (proof.Holds, proof.IsOutOfReach, proof.Needs));
    }

    [Theory]
    [InlineData(0.0005, 0.001)]
    [InlineData(0.001, 0.0011)]
    [InlineData(0.25, 0.4)]
    [InlineData(0.975, 0.98)]
    public void The_number_told_at_a_share_shows_it_and_nine_tenths_of_it_do_not(double share, double limit)
    {
        var needs = BinomialBound.RequiredAtShare(share, limit, 0.95)!.Value;
        Assert.True(BinomialBound.Proves((long)(share * needs), needs, limit, 0.95));
        Assert.False(BinomialBound.Proves((long)Math.Ceiling(share * needs * 0.9), (long)(needs * 0.9), limit, 0.95));
    }

    [Theory]
    [InlineData(0.001, 0.001)]
    [InlineData(0.002, 0.001)]
    [InlineData(0.5, 0.50001)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    public void No_number_is_told_where_none_of_use_shows_it(double share, double limit) =>
        Assert.Null(BinomialBound.RequiredAtShare(share, limit, 0.95));

    [Fact]
    public void Without_an_event_the_number_at_a_share_is_the_exact_one() =>
        Assert.Equal(2995, BinomialBound.RequiredAtShare(0, 0.001, 0.95));

    [Theory]
    [InlineData("== 0%")]
    [InlineData("!= 0%")]
    [InlineData("<= 0%")]
    [InlineData(">= 100%")]
    public void Equality_and_none_at_all_are_no_claims(string text) => Assert.Null(Claimed(text));

    [Fact]
    public void Levels_rates_and_counts_are_no_claims()
    {
        foreach (MetricSource source in (MetricSource[])[new MetricSource.Gauge("g", GaugeFold.Max), new MetricSource.Rate("r"),
            new MetricSource.Count("c")])
        {
            Assert.Null(Claimed("<= 5", source));
        }
    }
}
