using System.Globalization;
using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Tests.Charts;

public sealed class ScaleTests
{
    [Theory]
    [InlineData(0.03, 0.69, "0 0.2 0.4 0.6 0.8")]
    [InlineData(0, 1, "0 0.25 0.5 0.75 1")]
    [InlineData(0, 100, "0 25 50 75 100")]
    [InlineData(12, 148, "0 50 100 150")]
    [InlineData(-3, 7, "-5 -2.5 0 2.5 5 7.5")]
    public void Ticks_are_round_and_enclose_the_values(double low, double high, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', Scale.Of([low, high]).Ticks.Select(tick => tick.ToString(CultureInfo.InvariantCulture))));

    [Fact]
    public void Scale_far_from_zero_begins_near_its_values_when_asked()
    {
        var scale = Scale.Of([812, 834], zero: false);

        Assert.Equal((810, 840), (scale.Low, scale.High));
        Assert.Equal(0, Scale.Of([812, 834]).Low);
    }

    [Theory]
    [InlineData]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(0.0)]
    [InlineData(5.0)]
    [InlineData(-5.0, -5.0)]
    [InlineData(double.MaxValue, double.MinValue)]
    [InlineData(double.Epsilon)]
    [InlineData(1e15, 1e15 + 1)]
    public void Any_values_give_a_finite_scale(params double[] values)
    {
        foreach (var zero in new[] { true, false })
        {
            AssertSound(Scale.Of(values, zero));
        }
    }

    [Fact]
    public void Random_values_give_a_sound_scale()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        for (var i = 0; i < 2_000; i++)
        {
            var size = Math.Pow(10, random.Next(-12, 18));
            double[] values = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (random.NextDouble() - 0.3) * size)];
            var scale = Scale.Of(values, random.Next(2) == 0, random.Next(1, 9));

            AssertSound(scale);
            Assert.All(values.Where(value => Math.Abs(value) <= 1e15), value => Assert.True(
                value >= scale.Low - (1e-6 * scale.Step) && value <= scale.High + (1e-6 * scale.Step),
                $"seed {seed}: {value} outside {scale.Low} to {scale.High}"));
        }
    }

    [Fact]
    public void Places_are_those_of_the_values()
    {
        var scale = Scale.Of([0.0, 100]);

        Assert.Equal((0, 0.25, 1, 0), (scale.At(0), scale.At(25), scale.At(1e300), scale.At(double.NaN)));
    }

    [Theory]
    [InlineData(0.8, "0.00|0.25|0.50|0.75|1.00", 1.0)]
    [InlineData(2_000, "0|500|1,000|1,500|2,000", 0.0)]
    [InlineData(4_000_000, "0|1 M|2 M|3 M|4 M", 0.0)]
    public void Labels_of_one_axis_have_the_same_decimals(double high, string labels, double other)
    {
        var scale = Scale.Of([high, other]);

        Assert.Equal(labels, string.Join('|', scale.Ticks.Select(scale.Label)));
    }

    private static void AssertSound(Scale scale)
    {
        Assert.True(double.IsFinite(scale.Low) && double.IsFinite(scale.High) && scale.High > scale.Low && scale.Step > 0);
        Assert.InRange(scale.Ticks.Count, 2, 11);
        Assert.All(scale.Ticks, tick => Assert.True(double.IsFinite(tick)));
        Assert.Equal(scale.Ticks.Distinct().Count(), scale.Ticks.Count);
        Assert.Equal(scale.Ticks.Count, scale.Ticks.Select(scale.Label).Distinct().Count());
    }
}
