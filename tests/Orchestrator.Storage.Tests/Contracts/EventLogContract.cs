using System.Text;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Log;

namespace Orchestrator.Storage.Tests.Contracts;

/// <summary>
/// Promises of every event log. One class per implementation derives from it; the laws under concurrency stand in the other part.
/// </summary>
public abstract partial class EventLogContract : IAsyncLifetime
{
    private IEventLog _log = null!;

    public async ValueTask InitializeAsync() => _log = await Open();

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the log; it may hold events of other tests.</summary>
    protected abstract Task<IEventLog> Open();

    /// <summary>Closes the log that is open and opens it again as a new process would.</summary>
    protected abstract Task<IEventLog> Reopen();

    [Fact]
    public async Task Append_then_read_gives_every_field_back()
    {
        var stream = Some.Stream();
        var e = Some.Event();
        var metadata = Some.Metadata() with { At = new DateTimeOffset(2031, 5, 4, 14, 0, 0, 7, TimeSpan.FromHours(2)) };
        var before = await _log.Head();

        var appended = Assert.IsType<AppendOutcome.Appended>(await _log.Append(stream, 0, [e], metadata)).Events;

        var read = Assert.Single(await _log.ReadStream(stream));
        Assert.Equal(read, Assert.Single(appended), SameEvent.Instance);
        Assert.Equal((stream, 1L, e.Id, e.Type, e.Schema), (read.Stream, read.Version, read.Id, read.Type, read.Schema));
        Assert.Equal((metadata.Actor, metadata.Cause, metadata.Correlation, metadata.CommandId),
            (read.Actor, read.Cause, read.Correlation, read.CommandId));
        Assert.Equal(metadata.At.UtcTicks, read.At.Ticks);
        Assert.Equal(TimeSpan.Zero, read.At.Offset);
        Assert.True(read.Data.Span.SequenceEqual(e.Data.Span));
        Assert.True(read.Position > before);
    }

    [Fact]
    public async Task Absent_and_empty_metadata_stay_different()
    {
        var stream = Some.Stream();
        await _log.Append(stream, 0, Some.Events(1), new AppendMetadata(Some.Noon, new Actor(ActorKind.Timer, "timer"), "c1"));
        await _log.Append(stream, 1, Some.Events(1), new AppendMetadata(Some.Noon, new Actor(ActorKind.User, "", ""), "", "", ""));

        var read = await _log.ReadStream(stream);

        Assert.Equal((null, null, null), (read[0].Actor.Role, read[0].Cause, read[0].Correlation));
        Assert.Equal(("", "", ""), (read[1].Actor.Role, read[1].Cause, read[1].Correlation));
        Assert.Null(HashChain.FirstBroken(read));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task Append_at_a_wrong_version_names_the_right_one_and_writes_nothing(long expected)
    {
        var stream = Some.Stream();
        await _log.Appended(stream, 0, Some.Events(2));
        var before = await _log.ReadAll(0, int.MaxValue);

        var outcome = await _log.Append(stream, expected, Some.Events(2), Some.Metadata());

        Assert.Equal(new AppendOutcome.Conflict(2), outcome);
        Assert.Equal(before, await _log.ReadAll(0, int.MaxValue), SameEvent.Instance);
    }

    [Fact]
    public async Task Append_of_several_events_gives_consecutive_versions_and_ascending_positions()
    {
        var stream = Some.Stream();
        await _log.Appended(stream, 0, Some.Events(3));
        var appended = await _log.Appended(stream, 3, Some.Events(4));

        Assert.Equal([4, 5, 6, 7], appended.Select(e => e.Version));
        Assert.Equal(appended.Select(e => e.Position).Order().Distinct(), appended.Select(e => e.Position));
        Assert.Equal(7, (await _log.ReadStream(stream)).Count);
    }

    [Fact]
    public async Task Append_of_nothing_is_a_bug_of_the_caller() =>
        await Assert.ThrowsAsync<ArgumentException>(() => _log.Append(Some.Stream(), 0, [], Some.Metadata()));

    [Fact]
    public async Task Append_that_is_cancelled_beforehand_writes_nothing()
    {
        var stream = Some.Stream();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _log.Append(stream, 0, Some.Events(1), Some.Metadata(), new CancellationToken(canceled: true)));

        Assert.Empty(await _log.ReadStream(stream));
    }

    [Fact]
    public async Task Reads_that_are_cancelled_throw()
    {
        var stop = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _log.ReadStream(Some.Stream(), stop: stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _log.ReadAll(0, 1, stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _log.FindCommand(Some.Stream(), "c", stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _log.Head(stop));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _log.WaitForNews(long.MaxValue, stop));
    }

    [Fact]
    public async Task ReadStream_pages_by_version()
    {
        var stream = Some.Stream();
        await _log.Appended(stream, 0, Some.Events(5));

        Assert.Equal([3, 4], (await _log.ReadStream(stream, afterVersion: 2, limit: 2)).Select(e => e.Version));
        Assert.Equal([5], (await _log.ReadStream(stream, afterVersion: 4)).Select(e => e.Version));
        Assert.Empty(await _log.ReadStream(stream, afterVersion: 5));
        Assert.Empty(await _log.ReadStream(stream, limit: 0));
        Assert.Empty(await _log.ReadStream(Some.Stream()));
    }

    [Fact]
    public async Task ReadAll_pages_by_position_over_all_streams()
    {
        var start = await _log.Head();
        var (a, b) = (Some.Stream(), Some.Stream());
        var written = new List<RecordedEvent>();
        written.AddRange(await _log.Appended(a, 0, Some.Events(2)));
        written.AddRange(await _log.Appended(b, 0, Some.Events(1)));
        written.AddRange(await _log.Appended(a, 2, Some.Events(1)));

        Assert.Equal(written, await _log.ReadAll(start, int.MaxValue), SameEvent.Instance);
        Assert.Equal(written.Take(2), await _log.ReadAll(start, 2), SameEvent.Instance);
        Assert.Equal(written.Skip(2), await _log.ReadAll(written[1].Position, 10), SameEvent.Instance);
        Assert.Empty(await _log.ReadAll(written[^1].Position, 10));
    }

    [Fact]
    public async Task Head_is_the_position_of_the_newest_event()
    {
        var appended = await _log.Appended(Some.Stream(), 0, Some.Events(3));

        Assert.Equal(appended[^1].Position, await _log.Head());
    }

    [Fact]
    public async Task FindCommand_finds_what_a_command_left_in_its_stream_only()
    {
        var (stream, other) = (Some.Stream(), Some.Stream());
        await _log.Append(stream, 0, Some.Events(1), Some.Metadata("before"));
        await _log.Append(stream, 1, Some.Events(2), Some.Metadata("wanted"));
        await _log.Append(stream, 3, Some.Events(1), Some.Metadata("after"));
        await _log.Append(other, 0, Some.Events(1), Some.Metadata("elsewhere"));

        Assert.Equal([2, 3], (await _log.FindCommand(stream, "wanted")).Select(e => e.Version));
        Assert.Empty(await _log.FindCommand(other, "wanted"));
        Assert.Empty(await _log.FindCommand(stream, "never"));
    }

    [Fact]
    public async Task A_command_that_conflicted_is_not_found()
    {
        var stream = Some.Stream();
        await _log.Append(stream, 5, Some.Events(1), Some.Metadata("lost"));

        Assert.Empty(await _log.FindCommand(stream, "lost"));
    }

    [Fact]
    public async Task Append_does_not_ask_whether_the_command_is_known()
    {
        var stream = Some.Stream();
        await _log.Append(stream, 0, Some.Events(1), Some.Metadata("twice"));
        await _log.Append(stream, 1, Some.Events(1), Some.Metadata("twice"));

        Assert.Equal([1, 2], (await _log.FindCommand(stream, "twice")).Select(e => e.Version));
    }

    [Fact]
    public async Task Data_and_names_come_back_byte_for_byte()
    {
        var stream = "rollout/größe-漢字-🚦-'\"%";
        var version = (await _log.ReadStream(stream)).Count;
        string[] texts = ["""{"b":1,  "a":1.0}""", "{\"reason\":\"naïve 漢字 🚦 \\u0000\"}", $$"""{"fill":"{{new string('ü', 512 * 1024)}}"}"""];

        foreach (var text in texts)
        {
            await _log.Append(stream, version++, [Some.Event(text)], Some.Metadata("命令") with { Actor = Actor.User("schlüssel", "devops") });
        }

        var read = await _log.ReadStream(stream);
        Assert.Equal(texts, read.TakeLast(3).Select(e => Encoding.UTF8.GetString(e.Data.Span)));
        Assert.True(read[^1].Data.Length > 1024 * 1024);
        Assert.Equal("schlüssel", read[^1].Actor.Id);
        Assert.Null(HashChain.FirstBroken(read));
    }

    [Fact]
    public async Task A_text_with_a_null_character_comes_back_whole_or_is_refused()
    {
        var stream = Some.Stream();
        try
        {
            await _log.Append(stream, 0, Some.Events(1), Some.Metadata("a\0b"));
        }
        catch (ArgumentException)
        {
            Assert.Empty(await _log.ReadStream(stream));
            return;
        }

        var read = await _log.ReadStream(stream);
        Assert.Equal("a\0b", Assert.Single(read).CommandId);
        Assert.Null(HashChain.FirstBroken(read));
    }

    [Fact]
    public async Task Empty_data_is_kept()
    {
        var stream = Some.Stream();
        await _log.Appended(stream, 0, Some.Event(""));

        Assert.Equal(0, Assert.Single(await _log.ReadStream(stream)).Data.Length);
    }

    [Fact]
    public async Task A_buffer_that_changes_after_the_append_does_not_change_the_event()
    {
        var stream = Some.Stream();
        var buffer = Encoding.UTF8.GetBytes("""{"percentage":10}""");

        var append = _log.Append(stream, 0, [Some.Event() with { Data = buffer }], Some.Metadata());
        Array.Fill(buffer, (byte)'x');
        await append;

        var read = await _log.ReadStream(stream);
        Assert.Equal("""{"percentage":10}""", Encoding.UTF8.GetString(Assert.Single(read).Data.Span));
        Assert.Null(HashChain.FirstBroken(read));
    }

    [Fact]
    public async Task Everything_survives_a_reopening_and_goes_on_from_there()
    {
        var stream = Some.Stream();
        await _log.Appended(stream, 0, Some.Events(3));
        var before = await _log.ReadAll(0, int.MaxValue);
        var head = await _log.Head();

        _log = await Reopen();

        Assert.Equal(before, await _log.ReadAll(0, int.MaxValue), SameEvent.Instance);
        Assert.Equal(head, await _log.Head());
        var next = await _log.Appended(stream, 3, Some.Events(1));
        Assert.True(next[0].Position > head);
        Assert.Null(HashChain.FirstBroken(await _log.ReadStream(stream)));
    }

    [Fact]
    public async Task WaitForNews_returns_at_once_when_there_is_something_already()
    {
        var appended = await _log.Appended(Some.Stream(), 0, Some.Events(1));

        Assert.True(_log.WaitForNews(appended[0].Position - 1).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task WaitForNews_is_over_after_an_append()
    {
        var waiting = _log.WaitForNews(await _log.Head());
        await _log.Appended(Some.Stream(), 0, Some.Events(1));

        await waiting.WaitAsync(Some.Patience);
    }

    [Fact]
    public async Task WaitForNews_ends_when_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var waiting = _log.WaitForNews(long.MaxValue, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Some.Patience));
    }
}
