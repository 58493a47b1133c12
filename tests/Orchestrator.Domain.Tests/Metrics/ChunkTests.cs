using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Rules;
using static Orchestrator.Domain.Tests.Metrics.MetricsSome;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class ChunkTests
{
    [Fact]
    public void Only_what_changed_is_taken()
    {
        var windows = NoSamples().With(Sample(0).Requests(1, 0));
        Assert.Equal(["recent-" + Noon.AddMinutes(-5).ToUnixTimeSeconds(), "meta"], windows.TakeDirty().Select(chunk => chunk.Name));
        Assert.Empty(windows.TakeDirty());
        Assert.Equal(["recent-" + Noon.ToUnixTimeSeconds()], windows.With(Sample(15).Requests(1, 0)).TakeDirty().Select(chunk => chunk.Name));
    }

    [Fact]
    public void Folding_writes_the_day_then_the_boundary_and_then_deletes_the_recent_chunks()
    {
        var windows = NoSamples().With(Every15(0, 1800, sample => sample.Requests(1, 0)));
        windows.TakeDirty();
        var taken = windows.With(Sample(2700).Requests(1, 0)).TakeDirty();

        Assert.Equal(["recent-", "day-2026-03-02", "meta"], taken.Take(3).Select(chunk => chunk.Name.StartsWith("recent-", StringComparison.Ordinal) ? "recent-" : chunk.Name));
        Assert.Equal(6, taken.Skip(3).Count(chunk => chunk.Data.Length == 0));
    }

    [Fact]
    public void A_crash_between_any_two_writes_neither_loses_nor_doubles_a_sample()
    {
        var windows = NoSamples().With(Every15(0, 2685, sample => sample.Requests(1, 0)));
        var before = windows.Export();
        windows.TakeDirty();
        var taken = windows.With(Sample(2700).Requests(1, 0)).TakeDirty();
        for (var written = 1; written <= taken.Count; written++)
        {
            var stored = before.ToDictionary(chunk => chunk.Name, chunk => chunk.Data);
            TierLaws.Store(stored, taken.Take(written));
            var restored = NoSamples();
            restored.Restore(stored.Select(chunk => (chunk.Key, chunk.Value)));

            Assert.Equal(180, restored.Of(ErrorRate, 2700, minutes: 60).Samples);
            TierLaws.Store(stored, restored.With(Sample(2715).Requests(1, 0)).TakeDirty());
            Assert.Equal(restored.Export().Select(chunk => chunk.Name).Order(), stored.Keys.Order());
        }
    }

    [Fact]
    public void Ids_are_remembered_across_a_restart()
    {
        var windows = NoSamples().With(Sample(0, id: "a").Requests(1, 0));
        var restored = NoSamples();
        restored.Restore(windows.TakeDirty());
        Assert.Equal(1, restored.Add(Sample(0, id: "a").Requests(1, 0), At(30)).Ignored);
    }

    [Fact]
    public void A_numerator_seen_before_a_restart_is_known_after_it()
    {
        var windows = NoSamples().With(Sample(0, Variant.Legacy).Requests(1, 0));
        var restored = NoSamples();
        restored.Restore(windows.TakeDirty());
        Assert.Equal(0, restored.With(Sample(15).Counter("requests", 10)).Of(ErrorRate, 15).Value);
    }

    [Fact]
    public void A_damaged_or_newer_chunk_is_refused()
    {
        var (name, data) = NoSamples().With(Sample(0).Requests(1, 0)).Export()[0];
        Assert.Throws<InvalidDataException>(() => NoSamples().Restore([(name, data[..^1])]));
        Assert.Throws<InvalidDataException>(() => NoSamples().Restore([(name, [9, .. data[1..]])]));
    }

    [Fact]
    public void Two_weeks_of_samples_stay_small_and_older_days_go()
    {
        var windows = NoSamples();
        var stored = new Dictionary<string, byte[]>();
        const int days = 17;
        for (var i = 1; i <= days * 5760; i++)
        {
            var times = Enumerable.Range(0, 20).Select(n => 20.0 + (((i * 7919L) + (n * 104_729L)) % 5000 / 10.0));
            windows.With(Sample(i * 15.0).Requests(100, 0).Level(i % 50).Times([.. times]));
            if (i % 240 == 0)
            {
                TierLaws.Store(stored, windows.TakeDirty());
            }
        }

        Assert.Equal(windows.Export().Select(chunk => chunk.Name).Order(), stored.Keys.Order());
        Assert.InRange(stored.Keys.Count(name => name.StartsWith("day-", StringComparison.Ordinal)), 14, 16);
        Assert.InRange(stored.Values.Sum(data => data.Length), 300_000, 1_500_000);
        Assert.Equal(
            14 * 5760, windows.Of(Complaints with { Source = new MetricSource.Rate("requests") }, days * 86_400, minutes: 14 * 1440).Samples);
    }
}
