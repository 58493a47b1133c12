using Orchestrator.Dashboard.Charts;

namespace Orchestrator.Dashboard.Tests.Charts;

public sealed class MarkPlacesTests
{
    private const double Narrow = 270;
    private static readonly DateTimeOffset From = Rendering.Now;
    private static readonly TimeScale Hour = new(From, From.AddHours(1), Rendering.Berlin);

    [Fact]
    public void Marks_far_apart_have_a_badge_and_their_text_each()
    {
        var places = MarkPlaces.Of([new(From.AddMinutes(10), "25 % started"), new(From.AddMinutes(40), "breached", true)], Hour);

        Assert.Equal(["25 % started", "breached"], places.Badges.Select(badge => badge.Text));
        Assert.True(places.SayAll);
        Assert.Equal(21, places.Height);
    }

    [Fact]
    public void Marks_near_each_other_use_the_second_lane_and_then_share_a_badge()
    {
        var places = MarkPlaces.Of(Enumerable.Range(0, 4).Select(i => new Mark(From.AddMinutes(30 + i), $"mark {i}")), Hour);

        Assert.Equal([("1", 0), ("2–4", 1)], places.Badges.Select(badge => (badge.Number, badge.Lane)));
        Assert.False(places.SayAll);
    }

    [Fact]
    public void Marks_outside_are_left_out_and_old_ones_are_counted()
    {
        var places = MarkPlaces.Of(Enumerable.Range(-5, 60).Select(i => new Mark(From.AddMinutes(i), "mark")), Hour);

        Assert.Equal((30, 25), (places.Marks.Count, places.Earlier));
    }

    [Fact]
    public void Badges_never_cover_each_other_on_a_narrow_screen()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var spread = random.NextDouble() * 60;
            var marks = Enumerable.Range(0, random.Next(1, 50)).Select(_ => new Mark(From.AddMinutes(random.NextDouble() * spread), "mark"));
            var places = MarkPlaces.Of([.. marks], Hour);

            foreach (var lane in places.Badges.GroupBy(badge => badge.Lane).Select(lane => lane.OrderBy(badge => badge.X).ToList()))
            {
                Assert.All(lane.Zip(lane.Skip(1)), pair => Assert.True(
                    Right(pair.First) <= Left(pair.Second), $"seed {seed}: {pair.First.Number} covers {pair.Second.Number}"));
            }

            var numbers = places.Badges.SelectMany(badge => Enumerable.Range(badge.First, badge.Last - badge.First + 1)).Order();
            Assert.True(numbers.SequenceEqual(Enumerable.Range(1, places.Marks.Count)), $"seed {seed}: each number has one badge");
        }
    }

    private static double Left(Badge badge) => (badge.Middle / 100 * Narrow) - (badge.Width / 2);

    private static double Right(Badge badge) => (badge.Middle / 100 * Narrow) + (badge.Width / 2);
}
