using CsCheck;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Windows;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class DistributionTests
{
    private static readonly Gen<double[]> Values = Gen.OneOf(Gen.Double[1, 1e6], Gen.Double[-1e300, 1e300], Gen.Const(0.0)).Array[1, 500];

    // Of one sign and few octaves, as measured values are: these take the flat way of merging.
    private static readonly Gen<double[]> Narrow = Gen.Double[1, 1e4].Array[1, 1000];

    [Theory]
    [InlineData(500, 501)]
    [InlineData(165, 165.1)]
    [InlineData(200, 200.1)]
    [InlineData(8190, 8191)]
    public void Neighbours_that_a_threshold_separates_stay_apart(double below, double above)
    {
        Assert.Equal(below, Of(below).Quantile(0.99));
        Assert.True(Of(above).Quantile(0.99) > below);
    }

    [Fact]
    public void Whole_numbers_are_exact_below_8192_and_below_512_when_coarse()
    {
        for (var value = -8191; value < 8192; value++)
        {
            Assert.Equal(value, Of(value).Quantile(0.5));
            if (Math.Abs(value) < 512)
            {
                Assert.Equal(value, Of(value).Coarsen().Quantile(0.5));
            }
        }
    }

    [Theory]
    [InlineData(0.95, 95)]
    [InlineData(0.99, 99)]
    [InlineData(0.5, 50)]
    [InlineData(0, 1)]
    [InlineData(1, 100)]
    public void Quantile_of_one_to_a_hundred_is_the_nearest_rank(double rank, double value) =>
        Assert.Equal(value, Of([.. Enumerable.Range(1, 100).Select(i => (double)i)]).Quantile(rank));

    [Fact]
    public void Quantile_of_nothing_is_nothing() => Assert.Null(Distribution.Empty.Quantile(0.5));

    [Fact]
    public void Quantile_is_never_off_by_more_than_a_bucket() => Gen.Select(Values, Gen.Double[0, 1]).Sample((values, rank) =>
    {
        // In the middle between two values' ranks: on the edge, rounding decides which of the two it is.
        var at = Math.Clamp((int)Math.Ceiling(rank * values.Length) - 1, 0, values.Length - 1);
        rank = (at + 0.5) / values.Length;
        var exact = values.Order().ElementAt(at);
        var fine = Of(values);
        Assert.InRange(Math.Abs(exact - fine.Quantile(rank)!.Value), 0, Math.Abs(exact) / 4096);
        Assert.InRange(Math.Abs(exact - fine.Coarsen().Quantile(rank)!.Value), 0, Math.Abs(exact) / 256);
    });

    [Fact]
    public void Merging_parts_in_any_way_is_the_whole() =>
        Gen.OneOf(Gen.Select(Values, Values, Values), Gen.Select(Narrow, Narrow, Narrow)).Sample((a, b, c) =>
    {
        var whole = Of([.. a, .. b, .. c]).Pack();
        Assert.Equal(whole, Of(a).Merge(Of(b)).Merge(Of(c)).Pack());
        Assert.Equal(whole, Distribution.Merge([Of(c), Of(a), Of(b)]).Pack());
        Assert.Equal(whole, Distribution.Merge([Of(c).Pack(), Of(a).Pack(), Of(b).Pack()]).Pack());
    });

    /// <summary>Whatever the parts are: one that is not coarse is merged as ever.</summary>
    [Fact]
    public void Coarse_parts_merge_to_the_same_and_a_fine_one_among_them_loses_nothing() =>
        Gen.OneOf(Gen.Select(Values, Values, Values), Gen.Select(Narrow, Narrow, Narrow)).Sample((a, b, c) =>
    {
        byte[][] coarse = [.. new[] { a, b, c }.Select(part => Of(part).Coarsen().Pack())];
        Assert.Equal(Of([.. a, .. b, .. c]).Coarsen().Pack(), Distribution.MergeCoarse(coarse).Pack());
        byte[][] mixed = [coarse[0], Of(b).Pack(), coarse[2]];
        var whole = Distribution.Merge([.. mixed.Select(part => Distribution.Unpack(part))]);
        Assert.Equal(whole.Pack(), Distribution.MergeCoarse(mixed).Pack());
    });

    [Fact]
    public void Coarsening_and_merging_commute() => Gen.Select(Values, Values).Sample((a, b) =>
        Assert.Equal(Of(a).Merge(Of(b)).Coarsen().Pack(), Of(a).Coarsen().Merge(Of(b).Coarsen()).Pack()));

    [Theory]
    [InlineData(8192, 1, 8192)]
    [InlineData(50_000, 10, 8192)]
    [InlineData(200_000, 600, 8192)]
    public void Buckets_of_an_instant_are_bounded_and_lose_no_observation(int count, int octaves, int most)
    {
        var values = Enumerable.Range(0, count).Select(i => Math.Pow(2, (double)i * octaves / count)).ToArray();
        var bounded = Of(values).Bounded();
        Assert.InRange(bounded.Buckets, 1, most);
        Assert.Equal(count, bounded.Count);
        Assert.InRange(bounded.Quantile(0.5)!.Value / Of(values).Quantile(0.5)!.Value, octaves > 100 ? 0.5 : 255.0 / 256, 1);
    }

    [Fact]
    public void Order_of_values_does_not_matter_whatever_their_counts() => Values.Sample(values =>
    {
        var (turned, risen) = (values.Reverse().ToArray(), values.Order().ToArray());
        Assert.Equal(Of(risen).Pack(), Of(turned).Pack());
        Assert.Equal(
            Distribution.Of([.. risen.Select(value => new Observed(value, 2))]).Pack(),
            Distribution.Of([.. turned.Select(value => new Observed(value, 2))]).Pack());
    });

    [Fact]
    public void Packed_reads_back() => Values.Sample(values =>
    {
        var packed = Of(values).Pack();
        var read = Distribution.Unpack(packed);
        Assert.Equal(values.Length, read.Count);
        Assert.Equal(packed, read.Pack());
    });

    private static Distribution Of(params double[] values) => Distribution.Of([.. values.Select(value => new Observed(value, 1))]);
}
