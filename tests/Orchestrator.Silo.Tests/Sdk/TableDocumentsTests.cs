using Orchestrator.Api.Sdk;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Silo.Tests.Sdk;

/// <summary>Tables as nodes keep them for their clients.</summary>
public sealed class TableDocumentsTests
{
    private static readonly MemberSet Members = MemberSet.Under([1, 2, 3]).With([.. Enumerable.Range(0, 20_000).Select(Member)], []);

    [Fact]
    public async Task Clients_that_ask_at_once_get_one_document_that_was_written_once()
    {
        var (documents, table) = (new TableDocuments(), Table(Members));

        var texts = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => Task.Run(() => documents.Of(table, "production", null, [], TableDocument.Format).Text())));

        Assert.Single(texts.Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public void Kept_text_holds_no_members_for_any_caller()
    {
        var documents = new TableDocuments();
        var older = Enumerable.Range(0, 10)
            .Aggregate((List<MemberSet>)[Members], (sets, i) => [.. sets, sets[^1].With([Member(30_000 + i)], [])]);
        var table = Table(older[^1]);

        var texts = older.ConvertAll(set => documents.Of(table, "production", null, [set.Tag], TableDocument.Format).Text());

        Assert.All(texts, text => Assert.InRange(text.Length, 1, 2000));
        var whole = documents.Of(table, "production", null, [], TableDocument.Format).Text();
        Assert.InRange(whole.Bare.Length, 1, 2000);
        Assert.InRange(whole.Length, 20_000 * 16, long.MaxValue);
        Assert.Equal(whole.Length, whole.Pieces.Sum(piece => (long)piece.Length));
    }

    [Fact]
    public void Tag_is_the_same_whatever_the_client_has_or_reads()
    {
        var (documents, table) = (new TableDocuments(), Table(Members));

        var tags = new[] { documents.Of(table, "production", null, [], 1), documents.Of(table, "production", null, [Members.Tag], 2) }.Select(one => one.Tag);

        Assert.Single(tags.Distinct());
        Assert.NotEqual(tags.First(), documents.Of(Table(Members.With([Member(-1)], [])), "production", null, [], 2).Tag);
    }

    private static EnvironmentTable Table(MemberSet members) => RoutingTable.Empty.With(
        new EnvironmentModel
        {
            Name = "production",
            Segments = [new SegmentModel("beta", new SegmentDefinition(null, new SegmentRule.OptedIn()), members)]
        }, 1).Environment("production")!;

    private static MemberHash Member(int number) => MemberHash.Of($"user-{number}", [1, 2, 3]);
}
