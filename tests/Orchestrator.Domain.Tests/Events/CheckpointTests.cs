using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Tests.Events;

public sealed class CheckpointTests
{
    private static readonly Checkpoint Taken = new(
        1, 9, new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero),
        ImmutableSortedDictionary<string, Tail>.Empty.WithComparers(StringComparer.Ordinal)
            .Add("rollout/a", new Tail(3, "aa")).Add("rollout/b", new Tail(1, "bb")));

    private static ImmutableArray<Missing> Against(params (string Stream, string[] Hashes)[] log) => Taken.Against(
        stream => log.FirstOrDefault(one => one.Stream == stream).Hashes?.Length ?? 0,
        (stream, version) => log.FirstOrDefault(one => one.Stream == stream).Hashes?.ElementAtOrDefault((int)version - 1));

    [Fact]
    public void A_log_that_went_on_lacks_nothing() =>
        Assert.Empty(Against(("rollout/a", ["1", "2", "aa", "4"]), ("rollout/b", ["bb"]), ("rollout/c", ["new"])));

    [Fact]
    public void A_cut_tail_is_found()
    {
        var missing = Assert.Single(Against(("rollout/a", ["1"]), ("rollout/b", ["bb"])));
        Assert.Equal(new Missing("rollout/a", 3, 1, true), missing);
        Assert.Equal("rollout/a: 2 of 3 events are missing, from version 2 on", missing.Text);
    }

    [Fact]
    public void A_stream_that_is_gone_is_found() =>
        Assert.Equal([new Missing("rollout/b", 1, 0, true)], Against(("rollout/a", ["1", "2", "aa"])));

    [Fact]
    public void Another_history_of_the_same_length_is_found()
    {
        var missing = Assert.Single(Against(("rollout/a", ["1", "2", "xx", "4"]), ("rollout/b", ["bb"])));
        Assert.False(missing.Cut);
        Assert.Equal("rollout/a: version 3 is another event than at the checkpoint", missing.Text);
    }

    [Fact]
    public void What_is_signed_changes_with_each_fact()
    {
        Checkpoint[] others =
        [
            Taken with { Timeline = 2 }, Taken with { Position = 8 }, Taken with { At = Taken.At.AddTicks(1) },
            Taken with { Streams = Taken.Streams.SetItem("rollout/b", new Tail(2, "bb")) },
            Taken with { Streams = Taken.Streams.SetItem("rollout/b", new Tail(1, "bc")) },
            Taken with { Streams = Taken.Streams.Remove("rollout/b") },
        ];
        Assert.All(others, other => Assert.NotEqual(Taken.Canonical(), other.Canonical()));
    }
}
