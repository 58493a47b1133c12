using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Silo.Tests.Ofrep;

public sealed class StaleAnswerTests(OfrepServer server) : IClassFixture<OfrepServer>
{
    private const string User = """{"context":{"targetingKey":"user-1"}}""";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("/all", "False", "legacy", "STALE")]
    [InlineData("/off", "False", "legacy", "DISABLED")]
    [InlineData("/limit", "3", "static", "STATIC")]
    public async Task Stale_node_says_so_where_it_matters(string flag, string value, string variant, string reason)
    {
        server.Trust = () => TableTrust.Stale(Second);

        var answer = await server.Ask(flag, User);

        Assert.Equal((HttpStatusCode.OK, value, variant, reason), (answer.Status, answer["value"], answer["variant"], answer["reason"]));
    }

    [Fact]
    public async Task Bulk_answer_of_a_stale_node_is_stale_and_has_another_tag()
    {
        var fresh = await Bulk(default);
        var stale = await Bulk(TableTrust.Stale(Second));
        var returning = await Bulk(TableTrust.Returning(Second, Second));
        var further = await Bulk(TableTrust.Returning(Second, Second * 2));
        var back = await Bulk(TableTrust.Returning(Second, TableTrust.Ramp));

        Assert.Contains("STALE", stale.Text, StringComparison.Ordinal);
        Assert.Equal(4, new[] { fresh.ETag, stale.ETag, returning.ETag, further.ETag }.Distinct().Count());
        Assert.Equal(fresh.ETag, back.ETag);
    }

    [Fact]
    public async Task Bulk_answer_that_a_client_has_is_no_longer_current_when_the_node_is_stale()
    {
        var tag = (await Bulk(default)).ETag!;
        Assert.Equal(HttpStatusCode.NotModified, (await Bulk(default, tag)).Status);

        Assert.Equal(HttpStatusCode.OK, (await Bulk(TableTrust.Stale(Second), tag)).Status);
    }

    [Fact]
    public async Task Answer_that_may_not_leave_is_decided_again()
    {
        var decisions = 0;
        server.Trust = () => decisions++ == 0 ? default : TableTrust.Stale(Second);
        server.MayLeave = () => decisions > 1;

        var answer = await server.Ask("/all", User);
        server.MayLeave = () => true;

        Assert.Equal((2, "legacy", "STALE"), (decisions, answer["variant"], answer["reason"]));
    }

    private Task<Answer> Bulk(TableTrust trust, string? known = null)
    {
        server.Trust = () => trust;
        return server.Ask("", new StringContent(User, Encoding.UTF8, "application/json"), request =>
        {
            if (known is not null)
            {
                request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(known));
            }
        });
    }
}
