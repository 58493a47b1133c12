using Orchestrator.Dashboard.Charts;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Charts;

public sealed class TimeScaleTests
{
    private static readonly DateTimeOffset Night = new(2026, 11, 24, 1, 12, 40, TimeSpan.Zero);

    [Fact]
    public void Ticks_are_round_times_of_the_viewers_zone() => Assert.Equal(
        "02:15 02:30 02:45 03:00", string.Join(' ', new TimeScale(Night, Night.AddHours(1), Rendering.Berlin).Ticks().Select(tick => tick.Text)));

    [Fact]
    public void Ticks_of_days_stay_at_midnight_when_the_clocks_change()
    {
        // Berlin leaves summer time on 25 October 2026.
        var from = new DateTimeOffset(2026, 10, 22, 12, 0, 0, TimeSpan.Zero);
        var time = new TimeScale(from, from.AddDays(6), Rendering.Berlin);

        Assert.Equal("23 Oct,24 Oct,25 Oct,26 Oct,27 Oct,28 Oct", string.Join(',', time.Ticks(6).Select(tick => tick.Text)));
        Assert.Equal(time.At(new DateTimeOffset(2026, 10, 26, 0, 0, 0, TimeSpan.FromHours(1))), time.Ticks(6)[3].Place, 6);
    }

    [Fact]
    public void Midnight_is_named_by_its_date() => Assert.Contains(
        new TimeScale(Night.AddHours(-12), Night.AddHours(1), Rendering.Berlin).Ticks(), tick => tick.Text == "24 Nov");

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1)]
    [InlineData(3_652_000)]
    public void Any_range_has_a_scale_with_few_ticks(long days)
    {
        var from = days > 1_000 ? DateTimeOffset.MinValue : Night;
        var time = new TimeScale(from, days > 1_000 ? DateTimeOffset.MaxValue : Night.AddDays(days), Rendering.Berlin);

        Assert.True(time.To > time.From);
        Assert.InRange(time.Ticks(8).Count, 0, 12);
        Assert.InRange(time.At(DateTimeOffset.MaxValue), 0, 1);
    }

    [Fact]
    public void Random_ranges_have_ticks_inside_and_in_order()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"];
        var viewers = zones.Select(zone => Viewer.Read(zone, null, null, Night)).ToList();
        for (var i = 0; i < 1_000; i++)
        {
            var from = Night.AddMinutes(random.Next(-900_000, 900_000));
            var to = from.AddSeconds(Math.Pow(10, 1 + (random.NextDouble() * 7)));
            var time = new TimeScale(from, to, viewers[random.Next(viewers.Count)]);
            var places = time.Ticks(random.Next(1, 9)).Select(tick => tick.Place).ToList();

            Assert.True(places.Count <= 12 && places.SequenceEqual(places.Distinct().Order()), $"seed {seed}: {string.Join(' ', places)}");
        }
    }
}
