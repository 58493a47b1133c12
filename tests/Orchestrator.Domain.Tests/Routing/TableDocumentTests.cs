using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>Members in documents: as a whole, left out, or as a change of what the reader has.</summary>
public sealed class TableDocumentTests
{
    private static readonly MemberSet Old = MemberSet.Under(Some.MemberKey).With([.. Users(0, 4000)], []);
    private static readonly MemberSet Now = Old.With([.. Users(4000, 20)], [.. Users(7, 5)]);

    [Theory]
    [InlineData(TableDocument.First)]
    [InlineData(TableDocument.Format)]
    public void Whole_members_are_read_as_they_were_written(int format)
    {
        var document = TableDocument.Write(Table(Now), "production", static _ => false, format);

        var members = Members(TableDocument.Read(document.ToArray()).Model);

        Assert.Equal((Now.Tag, Now.Count), (members.Tag, members.Count));
        Assert.Equal(document.Length, document.ToArray().Length);
        Assert.Equal(Some.MemberKey, members.MemberKey.ToArray());
    }

    [Fact]
    public void Reader_of_the_first_format_is_sent_all_members_or_none()
    {
        JsonNode Sent(string has) =>
            JsonNode.Parse(TableDocument.Write(Table(Now), "production", tag => tag == has, TableDocument.First).ToArray())!["segments"]![0]!["members"]!;

        Assert.NotNull(Sent(Old.Digest)["hashes"]);
        Assert.Equal(Now.Digest, (string?)Sent(Old.Tag)["tag"]);
        Assert.Null(Sent(Now.Digest)["hashes"]);
        Assert.Null(Sent(Old.Digest)["from"]);
    }

    [Fact]
    public void Reader_of_an_older_set_is_told_the_change()
    {
        var document = TableDocument.Write(Table(Now), "production", tag => tag == Old.Tag).ToArray();

        var members = JsonNode.Parse(document)!["segments"]![0]!["members"]!;
        Assert.Equal((Now.Tag, Old.Tag), ((string?)members["tag"], (string?)members["from"]));
        Assert.Equal((20 * 16, 5 * 16),
            (Convert.FromBase64String((string)members["added"]!).Length, Convert.FromBase64String((string)members["removed"]!).Length));
        Assert.Null(members["hashes"]);
        Assert.Equal(Now.Tag, Members(TableDocument.Read(document, Model(Old)).Model).Tag);
    }

    [Fact]
    public void Reader_of_a_set_that_is_not_remembered_is_sent_the_whole()
    {
        var much = Now.With([.. Users(10_000, 2000)], []);

        var document = TableDocument.Write(Table(much), "production", tag => tag == Old.Tag).ToArray();

        Assert.Equal(much.Tag, Members(TableDocument.Read(document).Model).Tag);
    }

    [Fact]
    public void Members_that_are_known_keep_their_instance()
    {
        var before = Model(Now);

        Assert.Same(Now, Members(TableDocument.Read(TableDocument.Write(Table(Now), "production", static _ => true).ToArray(), before).Model));
        Assert.Same(Now, Members(TableDocument.Read(TableDocument.Write(Table(Now), "production", static _ => false).ToArray(), before).Model));
    }

    [Fact]
    public void Change_of_a_set_that_the_reader_has_not_is_refused() => Assert.Throws<FormatException>(() =>
        TableDocument.Read(TableDocument.Write(Table(Now), "production", tag => tag == Old.Tag).ToArray(), Model(Old.With([.. Users(9000, 1)], []))));

    [Fact]
    public void Spoiled_change_is_refused() => Gen.Select(Gen.OneOfConst("added", "removed"), Gen.Int[0, 79], Gen.Int[0, 7]).Sample((list, at, bit) =>
    {
        var document = JsonNode.Parse(TableDocument.Write(Table(Now), "production", tag => tag == Old.Tag).ToArray())!;
        var members = document["segments"]![0]!["members"]!;
        var bytes = Convert.FromBase64String((string)members[list]!);
        bytes[at] ^= (byte)(1 << bit);
        members[list] = Convert.ToBase64String(bytes);

        Assert.Throws<FormatException>(() => TableDocument.Read(Encoding.UTF8.GetBytes(document.ToJsonString()), Model(Old)));
    });

    [Fact]
    public void Values_that_look_like_members_are_values()
    {
        const string Value = """{"hashes":"AAAA","segments":[{"members":{"hashes":"AAAA"}}]}""";
        var model = Model(Now) with { Flags = [new("look", Value)] };
        var document = TableDocument.Write(RoutingTable.Empty.With(model, 1).Production(), "production", static _ => false).ToArray();

        var read = TableDocument.Read(document).Model;

        Assert.Equal(Value, read.Flags.Single(flag => flag.Key == "look").Json);
        Assert.Equal(Now.Tag, Members(read).Tag);
    }

    [Fact]
    public void Document_that_was_rewritten_by_others_is_read_the_same()
    {
        var escaped = JsonNode.Parse(TableDocument.Write(Table(Now), "production", static _ => false).ToArray())!
            .ToJsonString(new() { WriteIndented = true }).Replace("+", @"\u002B", StringComparison.Ordinal);

        Assert.Contains(@"\u002B", escaped, StringComparison.Ordinal);
        Assert.Equal(Now.Tag, Members(TableDocument.Read(Encoding.UTF8.GetBytes(escaped)).Model).Tag);
    }

    [Fact]
    public void One_way_is_one_document()
    {
        string Way(int format, params string[] has) => TableDocument.Way(Table(Now), has.Contains, format);

        Assert.Equal(Way(TableDocument.Format, Now.Tag), Way(TableDocument.Format, Old.Tag, Now.Tag, "stranger"));
        Assert.Equal(4, new[] { Way(TableDocument.Format, Now.Tag), Way(TableDocument.Format, Old.Tag), Way(TableDocument.Format),
            Way(TableDocument.First) }.Distinct().Count());
    }

    private static EnvironmentModel Model(MemberSet members) => new()
    {
        Name = "production",
        Routes = [Some.Route(0, ["beta"])],
        Segments = [new SegmentModel("beta", new SegmentDefinition(null, new SegmentRule.OptedIn()), members)],
    };

    private static EnvironmentTable Table(MemberSet members) => RoutingTable.Empty.With(Model(members), 1).Production();

    private static MemberSet Members(EnvironmentModel model) => Assert.Single(model.Segments).Members;

    private static IEnumerable<MemberHash> Users(int from, int count) =>
        Enumerable.Range(from, count).Select(i => MemberHash.Of($"user-{i}", Some.MemberKey));
}
