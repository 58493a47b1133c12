using CsCheck;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Silo.Tests.Snapshots;

public sealed class SnapshotLadderTests
{
    [Fact]
    public void Thinned_snapshots_stay_evenly_spaced_and_the_newest_stays() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[2, 30]).Sample((step, most) =>
        {
            var kept = new List<long>();
            for (var i = 1; i <= 500; i++)
            {
                kept.Add(i * step);
                while (kept.Count > most)
                {
                    kept.RemoveAt(SnapshotLadder.Victim(kept));
                }
            }

            Assert.Equal(500 * step, kept[^1]);
            var widest = kept.Zip(kept.Skip(1), (one, next) => next - one).Prepend(kept[0]).Max();
            Assert.True(widest <= 4.0 * 500 * step / most, $"{most} snapshots leave a gap of {widest} of {500 * step}: {string.Join(' ', kept)}");
        });

    [Fact]
    public void Gap_is_filled_one_step_after_the_snapshot_before_it()
    {
        var settings = new SnapshotSettings(First: 10);
        Assert.Null(SnapshotLadder.Gap([], settings));
        Assert.Null(SnapshotLadder.Gap([20, 40, 45], settings));
        Assert.Equal((0, 10), SnapshotLadder.Gap([21, 40], settings));
        Assert.Equal((20, 30), SnapshotLadder.Gap([20, 41, 90], settings));
        Assert.Equal((0, 1000), SnapshotLadder.Gap([2001, 64_000], settings));
    }

    [Fact]
    public void Name_comes_back_as_it_was_and_no_other_form_is_one()
    {
        var name = new SnapshotName(3, 17, new DateTimeOffset(2026, 3, 2, 9, 0, 0, 7, TimeSpan.Zero), "0123456789abcdef");
        Assert.Equal(name, SnapshotName.Read(name.ToString()));
        Assert.All(
            ["", "1-2-3", "1-2-3-short", "1--2-3-0123456789abcdef", "a-2-3-0123456789abcdef", "1-2-9999999999999999999-0123456789abcdef"],
            text => Assert.Null(SnapshotName.Read(text)));
    }
}
