using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Tests.Metrics.Kept;

/// <summary>Blocks come back from their bytes as they were, and damage is found.</summary>
public sealed class SignalCodecLaws
{
    private static readonly Gen<double> Levels = Gen.OneOf(
        Gen.Double, Gen.OneOfConst(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, double.Epsilon, double.MaxValue));

    private static readonly Gen<Point> Points = Gen.Select(
        Gen.Int[1, 1000], Gen.Long, Levels, Levels, Levels,
        Gen.OneOf(Gen.Const((byte[]?)null), Gen.Byte.Array[0, 40].Select(bytes => (byte[]?)bytes)))
        .Select((samples, weight, sum, min, max, values) => new Point(0, 0, samples, weight, sum, min, max, values));

    private static readonly Gen<KeptTrack> Tracks = Gen.Select(
        Gen.Enum<Variant>(), Gen.Enum<Traffic>(), Gen.OneOfConst(null, "beta", "ü"), Gen.Enum<SeriesKind>(),
        Gen.OneOfConst("requests", "errors without requests", ""), Gen.Select(Gen.Int[1, 100_000], Points).Array[1, 60])
        .Select((variant, traffic, segment, kind, series, steps) =>
        {
            var at = 1_700_000_000_000L;
            return new KeptTrack(
                new TrackKey(variant, traffic, segment, kind, series),
                [.. steps.Select(step => Of(kind, step.Item2 with { Start = at += step.Item1, At = at }))]);
        });

    private static readonly Gen<SignalBlock> Blocks = Tracks.Array[0, 8].Select(tracks =>
        new SignalBlock(1_700_000_000_000, 1_700_009_000_000, 15_000) { Counters = ["errors", "requests"], Tracks = tracks });

    [Fact]
    public void Block_comes_back_with_every_bit_of_its_points() => Blocks.Sample(block =>
    {
        var read = SignalCodec.Read(Assert.Single(SignalCodec.Find(SignalCodec.Write(block))));
        Assert.Equal((block.From, block.To, block.Sampling), (read.From, read.To, read.Sampling));
        Assert.Equal(block.Counters, read.Counters);
        Assert.Equal(
            block.Tracks.OrderBy(track => track.Key.Kind == SeriesKind.Distribution).SelectMany(Text), read.Tracks.SelectMany(Text));
    });

    [Fact]
    public void Same_block_gives_the_same_bytes() => Blocks.Sample(block =>
        Assert.Equal(SignalCodec.Write(block), SignalCodec.Write(block with { Tracks = [.. block.Tracks] })));

    [Fact]
    public void Changed_byte_takes_its_own_block_and_no_other() => Gen.Select(Blocks, Blocks, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255])
        .Sample((damaged, whole, place, change) =>
        {
            var (first, second) = (SignalCodec.Write(damaged), SignalCodec.Write(whole with { From = 7 }));
            first[place % first.Length] ^= change;
            var found = SignalCodec.Find(first.Concat(second).ToArray()).ToArray();
            Assert.Equal(7, found[^1].From);
            Assert.All(found[..^1], one => Assert.Throws<InvalidDataException>(() => SignalCodec.Read(one)));
            Assert.Equal(7, SignalCodec.Read(found[^1]).From);
        });

    [Fact]
    public void Block_that_is_cut_off_is_passed_over() => Gen.Select(Blocks, Gen.Int[0, int.MaxValue]).Sample((block, at) =>
    {
        var written = SignalCodec.Write(block);
        Assert.Single(SignalCodec.Find(written[..(at % written.Length)].Concat(written).ToArray()));
        Assert.Empty(SignalCodec.Find(written[..(at % written.Length)]));
    });

    [Fact]
    public void Series_beyond_its_bytes_gets_coarser_and_loses_no_sample()
    {
        var points = Enumerable.Range(1, 40_000)
            .Select(i => Point.Distribution(i * 80, [Distribution.Of([new(i * 1.1, 1), new(i + 0.3, 2)])])).ToArray();

        var key = new TrackKey(Variant.New, Traffic.Live, null, SeriesKind.Distribution, "response_time");
        var block = new SignalBlock(0, 3_200_000, 1000) { Tracks = [new KeptTrack(key, points)] };
        Assert.InRange(SignalColumns.Write(block).Length, 1, SignalColumns.MostSeriesBytes + 50_000);

        var read = Assert.Single(SignalCodec.Read(Assert.Single(SignalCodec.Find(SignalCodec.Write(block)))).Tracks).Points;
        Assert.InRange(read.Length, 1, 3300);
        Assert.Equal(40_000, read.Sum(point => point.Samples));
        Assert.Equal(120_000, read.Sum(point => point.Weight));
        Assert.Equal(points[^1].At, read[^1].At);
    }

    /// <summary>A point of a kind has only the values that the kind knows.</summary>
    private static Point Of(SeriesKind kind, Point point) => kind switch
    {
        SeriesKind.Gauge => point with { Values = null },
        SeriesKind.Distribution => point with { Sum = 0, Min = 0, Max = 0 },
        _ => point with { Sum = 0, Min = 0, Max = 0, Values = null },
    };

    private static IEnumerable<string> Text(KeptTrack track) => track.Points.Select(point =>
        $"{track.Key} {point.Start} {point.At} {point.Samples} {point.Weight} {Bits(point.Sum)} {Bits(point.Min)} {Bits(point.Max)} {(point.Values is null ? "-" : Convert.ToHexString(point.Values))}");

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);
}
