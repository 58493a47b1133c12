using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Tests.Audit;

public sealed class ExportVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, 123, TimeSpan.Zero);

    /// <summary>Two streams whose events alternate: a has positions 1, 3, 5, 7, and b has 2, 4, 6, 8.</summary>
    private static readonly RecordedEvent[] Log = Made();

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Fresh_export_is_intact()
    {
        var report = Verify(Log, Checkpoints(Log[..5], Log));
        Assert.Empty(report.Findings);
        Assert.True(report.IsIntact && report.Ended);
        Assert.Equal((8, 2, 8, 0, 2), (report.Events, report.Streams, report.Position, report.Hidden, report.Checkpoints));
    }

    [Theory]
    [MemberData(nameof(Awkward))]
    public void Event_is_the_same_after_its_line_was_read(string data)
    {
        var e = Log[2] with
        {
            Data = Encoding.UTF8.GetBytes(data),
            Actor = Actor.User("k-1", "admin"),
            Cause = "request/1",
            Correlation = "",
            At = Noon.AddTicks(7),
        };
        var line = ExportLine.Write(e);
        Assert.DoesNotContain((byte)'\n', line);
        var read = Assert.IsType<ExportLine.Event>(ExportLine.Read(line)).Recorded;
        Assert.Equal(data, Encoding.UTF8.GetString(read.Data.Span));
        Assert.Equal(HashChain.Expected(HashChain.Origin.Span, e), HashChain.Expected(HashChain.Origin.Span, read));
        Assert.Equal(e.Position, read.Position);
        Assert.Equal(e.Hash.ToArray(), read.Hash.ToArray());
    }

    public static TheoryData<string> Awkward => new(
        """{"a":1.0,"b":"\u00e9 é \/","c":[]}""", "{ \"a\": 1,\n  \"b\": 2 }", " {}", "{} ", "no JSON", "\"text\"",
        string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64)));

    [Fact]
    public void Changed_data_are_found() => Finds(
        Verify(Changed(4, e => e with { Data = """{"n":99}"""u8.ToArray() })), ExportRule.Chain, "rollout/a", 3, 5);

    [Fact]
    public void Changed_time_and_changed_actor_are_found()
    {
        Finds(Verify(Changed(4, e => e with { At = e.At.AddTicks(1) })), ExportRule.Chain, "rollout/a", 3, 5);
        Finds(Verify(Changed(3, e => e with { Actor = Actor.User("k-2", "admin") })), ExportRule.Chain, "rollout/b", 2, 4);
        Finds(Verify(Changed(3, e => e with { CommandId = "other" })), ExportRule.Chain, "rollout/b", 2, 4);
    }

    [Fact]
    public void Event_removed_in_the_middle_is_found()
    {
        var report = Verify([.. Log[..4], .. Log[5..]]);
        Finds(report, ExportRule.Gap, "rollout/a", 3, 7);
        Assert.Contains("1 event is missing before version 4", report.Findings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Removed_tail_is_found_against_a_checkpoint_and_only_there()
    {
        RecordedEvent[] cut = [.. Log[..6], Log[7]];
        Assert.True(Verify(cut).IsIntact);
        var report = Verify(cut, Checkpoints(Log));
        Finds(report, ExportRule.Tail, "rollout/a", 4, 0);
        Assert.Contains("1 of 4 events", report.Findings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_that_is_gone_is_found_in_an_export_of_the_whole_log()
    {
        RecordedEvent[] rest = [.. Log.Where(e => e.Stream == "rollout/b")];
        Finds(Verify(rest, Checkpoints(Log)), ExportRule.Tail, "rollout/a", 1, 0);
        Assert.True(Verify(rest, Checkpoints(Log), head: null).IsIntact);
    }

    [Fact]
    public void Inserted_event_is_found() => Finds(
        Verify([.. Log[..5], Log[4] with { Position = 6, Id = Guid.Empty }, .. Log[5..].Select(e => e with { Position = e.Position + 1 })]),
        ExportRule.Gap, "rollout/a", 4, 6);

    [Fact]
    public void Reordered_events_are_found()
    {
        var report = Verify([.. Log[..4], Log[6], Log[5], Log[4], Log[7]]);
        Assert.Contains(report.Findings, found => found is { Rule: ExportRule.Gap, Stream: "rollout/a", Version: 3 });
        Assert.Contains(report.Findings, found => found is { Rule: ExportRule.Order, Stream: "rollout/b", Position: 6 });
    }

    [Fact]
    public void Stream_written_again_with_hashes_that_fit_is_found_against_a_checkpoint()
    {
        var other = Made("other");
        Assert.True(Verify(other).IsIntact);
        Assert.All(Verify(other, Checkpoints(Log)).Findings, found => Assert.Equal(ExportRule.Checkpoint, found.Rule));
        Assert.Equal(2, Verify(other, Checkpoints(Log)).Found);
    }

    [Fact]
    public void Checkpoint_that_another_key_signed_or_that_lost_its_predecessor_is_found()
    {
        var three = Checkpoints(Log[..3], Log[..5], Log);
        Assert.True(Verify(Log, three, _key).IsIntact);
        Assert.Equal(ExportRule.Previous, Assert.Single(Verify(Log, [three[0], three[2]], _key).Findings).Rule);
        var beside = CheckpointFile.Sign(three[2].Checkpoint with { At = Noon.AddHours(1), Previous = three[0].Checkpoint.Digest() }, _key);
        Assert.True(Verify(Log, [.. three, beside], _key).IsIntact);
        Assert.True(Verify(Log, [three[0], CheckpointFile.Sign(three[2].Checkpoint with { Timeline = 2 }, _key)], _key).IsIntact);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var report = Verify(Log, three, other);
        Assert.Equal(3, report.Findings.Count(found => found.Rule == ExportRule.Signature));
        var edited = three[2] with { Checkpoint = three[2].Checkpoint with { Previous = null } };
        Assert.Equal(ExportRule.Signature, Assert.Single(Verify(Log, [edited], _key).Findings).Rule);
    }

    [Fact]
    public void Stored_checkpoint_says_the_same_after_it_was_read()
    {
        var files = Checkpoints(Log[..5], Log);
        Assert.All(files, file => Assert.True(CheckpointFile.Read(file.Write()).SignedBy(_key)));
        Assert.DoesNotContain("previous", Encoding.UTF8.GetString(files[0].Write()), StringComparison.Ordinal);
        Assert.Equal(files[0].Checkpoint.Digest(), CheckpointFile.Read(files[1].Write()).Checkpoint.Previous);
    }

    [Fact]
    public void Export_without_its_last_line_was_cut_off()
    {
        var verifier = new ExportVerifier();
        verifier.Add(ExportLine.Write(Whole));
        verifier.Add(ExportLine.Write(Log[0]));
        Assert.Equal(ExportRule.End, Assert.Single(verifier.Finish().Findings).Rule);
        Assert.Equal(ExportRule.End, Assert.Single(Verify(Log[..2], count: 8).Findings).Rule);
    }

    [Fact]
    public void Event_with_hidden_members_is_counted_and_links_the_chain()
    {
        var verifier = new ExportVerifier();
        foreach (var (e, i) in Log.Select((e, i) => (e, i)))
        {
            var line = Encoding.UTF8.GetString(ExportLine.Write(e));
            verifier.Add(Encoding.UTF8.GetBytes(
                i == 2 ? line.Replace("\"n\":2", "\"m\":2", StringComparison.Ordinal).Replace("\"hash\"", "\"redacted\":[\"n\"],\"hash\"", StringComparison.Ordinal) : line));
        }

        var report = verifier.Finish();
        Assert.Empty(report.Findings);
        Assert.Equal(1, report.Hidden);
    }

    [Fact]
    public void Line_that_is_no_event_says_what_is_missing()
    {
        var verifier = new ExportVerifier();
        verifier.Add("{}"u8.ToArray());
        verifier.Add("nothing"u8.ToArray());
        verifier.Add(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(ExportLine.Write(Log[0])).Replace("commandId", "command", StringComparison.Ordinal)));
        Assert.Equal(["Line 1 actor is missing.", "Line 3 commandId is missing: an earlier build exported the event, export it again."], verifier.Finish().Findings.Where(found => found.Line != 2).Select(found => found.Text));
    }

    [Fact]
    public void Filtered_export_and_one_of_a_newer_build_are_refused()
    {
        Assert.Contains("filtered by actor=k-1", Refused(Whole with { Filter = "actor=k-1" }), StringComparison.Ordinal);
        Assert.Contains("a newer build", Refused(Whole with { Format = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_read_whole_whatever_their_length()
    {
        var text = new string('x', 200_000);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($"a\r\n\n{text}\nlast"));
        Assert.Equal(["a", "", text, "last"], ExportLines.Of(stream).Select(line => Encoding.UTF8.GetString(line.Span)));
    }

    private static readonly ExportHead Whole = new(1, 1, 8, null, null, false);

    private static string Refused(ExportHead head) =>
        Assert.Throws<InvalidDataException>(() => new ExportVerifier().Add(ExportLine.Write(head))).Message;

    private static void Finds(ExportReport report, ExportRule rule, string stream, long version, long position)
    {
        var found = Assert.Single(report.Findings);
        Assert.Equal((rule, stream, version, position), (found.Rule, found.Stream, found.Version, found.Position));
        Assert.Contains(stream, found.Text, StringComparison.Ordinal);
    }

    private static ExportReport Verify(
        IReadOnlyList<RecordedEvent> events, IReadOnlyList<CheckpointFile>? checkpoints = null, ECDsa? key = null, int? count = null) =>
        Verify(events, checkpoints, Whole, key, count);

    private static ExportReport Verify(
        IReadOnlyList<RecordedEvent> events, IReadOnlyList<CheckpointFile>? checkpoints, ExportHead? head, ECDsa? key = null,
        int? count = null)
    {
        var verifier = new ExportVerifier(checkpoints, key);
        if (head is not null)
        {
            verifier.Add(ExportLine.Write(head));
        }

        foreach (var e in events)
        {
            verifier.Add(ExportLine.Write(e));
        }

        if (head is not null)
        {
            verifier.Add(ExportLine.Write(new ExportLine.Last(count ?? events.Count, events.Max(e => e.Position))));
        }

        return verifier.Finish();
    }

    private CheckpointFile[] Checkpoints(params RecordedEvent[][] logs)
    {
        var files = new List<CheckpointFile>();
        foreach (var log in logs)
        {
            var tails = log.GroupBy(e => e.Stream).ToImmutableSortedDictionary(
                group => group.Key, group => new Tail(group.Last().Version, Convert.ToHexStringLower(group.Last().Hash.Span)),
                StringComparer.Ordinal);
            files.Add(CheckpointFile.Sign(
                new Checkpoint(1, log[^1].Position, Noon.AddMinutes(files.Count), tails)
                {
                    Previous = files.Count == 0 ? null : files[^1].Checkpoint.Digest(),
                },
                _key));
        }

        return [.. files];
    }

    private static RecordedEvent[] Changed(int index, Func<RecordedEvent, RecordedEvent> change) =>
        [.. Log.Select((e, i) => i == index ? change(e) : e)];

    private static RecordedEvent[] Made(string cause = "c")
    {
        var log = new List<RecordedEvent>();
        for (var i = 0; i < 8; i++)
        {
            var stream = i % 2 == 0 ? "rollout/a" : "rollout/b";
            var bare = new RecordedEvent
            {
                Position = i + 1,
                Stream = stream,
                Version = (i / 2) + 1,
                Id = new Guid(i + 1, 0, 0, new byte[8]),
                Type = "t",
                Schema = 1,
                At = Noon.AddSeconds(i),
                Actor = Actor.System,
                Cause = cause,
                Correlation = null,
                CommandId = $"c-{i}",
                Data = Encoding.UTF8.GetBytes($$"""{"n":{{i}}}"""),
                Hash = default,
            };
            var before = log.FindLast(e => e.Stream == stream)?.Hash ?? HashChain.Origin;
            log.Add(bare with { Hash = HashChain.Expected(before.Span, bare) });
        }

        return [.. log];
    }
}
