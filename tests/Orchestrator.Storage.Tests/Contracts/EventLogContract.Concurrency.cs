using System.Collections.Concurrent;
using CsCheck;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Tests.Contracts;

public abstract partial class EventLogContract
{
    [Fact]
    public async Task Of_many_writers_to_one_stream_exactly_one_wins_each_version()
    {
        const int Writers = 16;
        const int Wins = 8;
        var stream = Some.Stream();
        var won = new ConcurrentBag<(long After, Guid Id)>();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            var version = 0L;
            for (var wins = 0; wins < Wins;)
            {
                var e = Some.Event();
                switch (await _log.Append(stream, version, [e], Some.Metadata()))
                {
                    case AppendOutcome.Appended:
                        won.Add((version++, e.Id));
                        wins++;
                        break;
                    case AppendOutcome.Conflict(var actual):
                        Assert.NotEqual(version, actual);
                        version = actual;
                        break;
                }
            }
        }))).WaitAsync(Some.Patience);

        var read = await _log.ReadStream(stream);
        Assert.Equal(won.OrderBy(w => w.After), read.Select(e => (e.Version - 1, e.Id)));
        Assert.Equal(Writers * Wins, read.Count);
        Assert.Null(HashChain.FirstBroken(read));
    }

    [Fact]
    public async Task A_reader_never_later_finds_an_event_below_what_it_saw()
    {
        const int Writers = 12;
        const int Appends = 40;
        var start = await _log.Head();
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var stream = Some.Stream();
            for (var version = 0L; version < Appends;)
            {
                // Of different sizes, so that appends that start together do not end together.
                var events = Some.Events(1 + (int)((version + writer) % 4));
                await _log.Appended(stream, version, events);
                version += events.Length;
            }
        })));

        var seen = new List<RecordedEvent>();
        var last = false;
        while (!last)
        {
            last = writing.IsCompleted;
            seen.AddRange(await _log.ReadAll(seen.Count == 0 ? start : seen[^1].Position, 50));
            if (!last)
            {
                await _log.WaitForNews(seen.Count == 0 ? start : seen[^1].Position).WaitAsync(Some.Patience);
            }
        }

        await writing;
        while (await _log.ReadAll(seen[^1].Position, 50) is { Count: > 0 } rest)
        {
            seen.AddRange(rest);
        }

        Assert.Equal(await _log.ReadAll(start, int.MaxValue), seen, SameEvent.Instance);
        Assert.Equal(seen.Select(e => e.Position).Order().Distinct(), seen.Select(e => e.Position));
    }

    [Fact]
    public async Task A_reader_sees_all_events_of_an_append_or_none()
    {
        const int Together = 5;
        var stream = Some.Stream();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await _log.Appended(stream, i * Together, Some.Events(Together));
            }
        });

        var looks = 0;
        do
        {
            Assert.Equal(0, (await _log.ReadStream(stream)).Count % Together);
            looks++;
            await Task.Yield();
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.True(looks > 1);
    }

    /// <summary>Rounds of appends to different streams at once, each at the right version or off by a little.</summary>
    [Fact]
    public async Task Whatever_is_appended_the_log_agrees_with_a_model_of_it()
    {
        var append = Gen.Select(Gen.Int[-2, 2], Gen.Int[1, 3], (off, count) => (Off: off < 1 ? 0 : off * 2 - 3, Count: count));
        var rounds = append.Array[4].Array[1, 8];

        await rounds.SampleAsync(
            async plan =>
            {
                var model = Enumerable.Range(0, 4).Select(_ => (Stream: Some.Stream(), Ids: new List<Guid>())).ToArray();
                var start = await _log.Head();
                foreach (var round in plan)
                {
                    await Task.WhenAll(round.Select((step, i) => Step(model[i].Stream, model[i].Ids, step.Off, step.Count)));
                }

                foreach (var (stream, ids) in model)
                {
                    var read = await _log.ReadStream(stream);
                    Assert.Equal(ids, read.Select(e => e.Id));
                    Assert.Null(HashChain.FirstBroken(read));
                }

                Assert.Equal(model.Sum(m => m.Ids.Count), (await _log.ReadAll(start, int.MaxValue)).Count);
            },
            iter: 40, threads: 1);
    }

    private async Task Step(string stream, List<Guid> ids, int off, int count)
    {
        var expected = Math.Max(0, ids.Count + off);
        var actual = ids.Count;
        var events = Some.Events(count);
        var outcome = await _log.Append(stream, expected, events, Some.Metadata());
        if (expected != actual)
        {
            Assert.Equal(new AppendOutcome.Conflict(actual), outcome);
            return;
        }

        Assert.Equal(Enumerable.Range(actual + 1, count).Select(v => (long)v),
            Assert.IsType<AppendOutcome.Appended>(outcome).Events.Select(e => e.Version));
        ids.AddRange(events.Select(e => e.Id));
    }
}
