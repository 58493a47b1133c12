using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Tests.Events;

public sealed class CheckpointTests
{
    private static readonly RecordedEvent[] Log = [.. Chain("rollout/a", "1", "2", "3", "4"), .. Chain("rollout/b", "1")];

    private static readonly Checkpoint Taken = new(
        1, 9, new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero),
        ImmutableSortedDictionary<string, Tail>.Empty.WithComparers(StringComparer.Ordinal)
            .Add("rollout/a", Of(Log[2])).Add("rollout/b", Of(Log[4])));

    [Fact]
    public void A_log_that_went_on_lacks_nothing() => Assert.Empty(Against([.. Log, .. Chain("rollout/c", "new")]));

    [Fact]
    public void A_cut_tail_is_found()
    {
        var missing = Assert.Single(Against(Log[0], Log[4]));
        Assert.Equal(new Missing("rollout/a", 3, 1, true), missing);
        Assert.Equal("rollout/a: 2 of 3 events are missing, from version 2 on", missing.Text);
    }

    [Fact]
    public void A_stream_that_is_gone_is_found() => Assert.Equal([new Missing("rollout/b", 1, 0, true)], Against(Log[..4]));

    [Fact]
    public void Another_history_of_the_same_length_is_found_though_its_own_chain_fits()
    {
        var missing = Assert.Single(Against([.. Chain("rollout/a", "1", "2", "other", "4"), Log[4]]));
        Assert.False(missing.Cut);
        Assert.Equal("rollout/a: version 3 differs from the checkpoint", missing.Text);
    }

    [Fact]
    public void A_stored_hash_that_does_not_follow_from_its_event_is_not_taken_over()
    {
        var missing = Assert.Single(Against(Log[0], Log[1] with { Data = "x"u8.ToArray() }, Log[2], Log[3], Log[4]));
        Assert.Equal(new Missing("rollout/a", 3, 1, false), missing);
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

    private static ImmutableArray<Missing> Against(params RecordedEvent[] log)
    {
        var walk = new ChainWalk(Taken.Ends());
        foreach (var one in log)
        {
            walk.Add(one);
        }

        return Taken.Against(walk.Ends, walk.Breaks());
    }

    private static Tail Of(RecordedEvent last) => new(last.Version, Convert.ToHexStringLower(last.Hash.Span));

    private static RecordedEvent[] Chain(string stream, params string[] data)
    {
        var chain = new RecordedEvent[data.Length];
        for (var i = 0; i < data.Length; i++)
        {
            chain[i] = new RecordedEvent
            {
                Position = i + 1,
                Stream = stream,
                Version = i + 1,
                Id = Guid.Empty,
                Type = "t",
                Schema = 1,
                At = DateTimeOffset.UnixEpoch,
                Actor = Actor.System,
                Cause = null,
                Correlation = null,
                CommandId = "c",
                Data = System.Text.Encoding.UTF8.GetBytes(data[i]),
                Hash = default,
            };
            chain[i] = chain[i] with { Hash = HashChain.Expected(i == 0 ? HashChain.Origin.Span : chain[i - 1].Hash.Span, chain[i]) };
        }

        return chain;
    }
}
