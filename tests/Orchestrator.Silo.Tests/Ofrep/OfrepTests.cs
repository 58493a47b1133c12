using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Silo.Tests.Ofrep;

public sealed class OfrepTests(OfrepServer server) : IClassFixture<OfrepServer>
{
    private const string User = """{"context":{"targetingKey":"user-1","country":"SI","cart":{"items":[1,2]}}}""";

    [Fact]
    public async Task A_flag_is_answered_with_value_variant_reason_and_where_it_comes_from()
    {
        var answer = await server.Ask("/split", User);

        var bucket = new Bucket("9f3b2c71").Of("user-1"u8);
        var isNew = bucket < 25_000;
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(
            $$$"""{"key":"split","value":{{{(isNew ? "true" : "false")}}},"reason":"SPLIT","variant":"{{{(isNew ? "new" : "legacy")}}}","metadata":{"rollout":"checkout","version":7,"phase":"gradual","step":"3a-10","bucket":{{{bucket}}},"position":42}}""",
            answer.Text);
    }

    [Theory]
    [InlineData("/all", User, "True", "new", "STATIC")]
    [InlineData("/none", User, "False", "legacy", "DEFAULT")]
    [InlineData("/off", User, "False", "legacy", "DISABLED")]
    [InlineData("/none", """{"context":{"targetingKey":"user-1","internal":true}}""", "True", "new", "TARGETING_MATCH")]
    [InlineData("/none", """{"context":{"internal":true}}""", "True", "new", "TARGETING_MATCH")]
    [InlineData("/all", """{"context":{}}""", "True", "new", "STATIC")]
    [InlineData("/none", """{"context":{"targetingKey":null}}""", "False", "legacy", "DEFAULT")]
    [InlineData("/limit", """{"context":{}}""", "3", "static", "STATIC")]
    [InlineData("/all", """{"extra":[{}],"context":{"targetingKey":"u"},"more":null}""", "True", "new", "STATIC")]
    public async Task Reasons_follow_the_router(string flag, string body, string value, string variant, string reason)
    {
        var answer = await server.Ask(flag, body);

        Assert.Equal((HttpStatusCode.OK, value, variant, reason), (answer.Status, answer["value"], answer["variant"], answer["reason"]));
    }

    [Theory]
    [InlineData("/a%2Fb%20c%25%C3%BC")]
    [InlineData("/a/b%20c%25%c3%bc")]
    public async Task A_key_may_hold_any_character_escaped_or_not(string flag)
    {
        var answer = await server.Ask(flag, User);

        Assert.Equal((HttpStatusCode.OK, "a/b c%ü"), (answer.Status, answer["key"]));
    }

    [Fact]
    public async Task A_key_may_have_256_characters() =>
        Assert.Equal(HttpStatusCode.OK, (await server.Ask("/" + new string('x', 256), User)).Status);

    [Theory]
    [InlineData("/nothing", "nothing")]
    [InlineData("/Split", "Split")]
    [InlineData("/a%252Fb", "a%2Fb")]
    [InlineData("/%01%22%5C", "\u0001\"\\")]
    [InlineData("/split/", "split/")]
    public async Task An_unknown_flag_is_not_found(string flag, string key)
    {
        var answer = await server.Ask(flag, User);

        Assert.Equal((HttpStatusCode.NotFound, "FLAG_NOT_FOUND", key), (answer.Status, answer["errorCode"], answer["key"]));
        Assert.NotNull(answer["errorDetails"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/split")]
    public async Task Without_a_right_key_nothing_is_answered(string flag)
    {
        // A request's own header replaces the client's default.
        Task<Answer> With(string key) => server.Ask(flag, new StringContent(User), request => request.Headers.Add("X-API-Key", key));

        Assert.Equal(HttpStatusCode.Unauthorized, (await With("unknown")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await With("")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await With("viewer")).Status);

        using var bare = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await bare.PostAsync("/ofrep/v1/evaluate/flags" + flag, new StringContent(User))).StatusCode);
        bare.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", "eval");
        Assert.Equal(HttpStatusCode.Unauthorized, (await bare.PostAsync("/ofrep/v1/evaluate/flags" + flag, new StringContent(User))).StatusCode);
        bare.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "eval");
        Assert.Equal(HttpStatusCode.OK, (await bare.PostAsync("/ofrep/v1/evaluate/flags" + flag, new StringContent(User))).StatusCode);
    }

    [Fact]
    public async Task Only_post_is_answered_and_other_paths_are_handed_on()
    {
        using var get = await server.Client.GetAsync("/ofrep/v1/evaluate/flags/split");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal("something else", await server.Client.GetStringAsync("/ofrep/v1/evaluate/flagsandmore"));
        Assert.Equal("something else", await server.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task An_environment_without_flags_answers_too()
    {
        static void Empty(HttpRequestMessage request) => request.Headers.Add("X-API-Key", "empty");

        Assert.Equal(HttpStatusCode.NotFound, (await server.Ask("/split", new StringContent(User), Empty)).Status);
        Assert.Equal("[]", (await server.Ask("", new StringContent(User), Empty))["flags"]);
    }

    [Fact]
    public async Task Bulk_gives_every_flag_and_one_without_an_answer_spoils_no_other()
    {
        var answer = await server.Ask("", """{"context":{}}""");

        var flags = answer.Json.GetProperty("flags").EnumerateArray().ToDictionary(flag => flag.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(8, flags.Count);
        Assert.Equal("TARGETING_KEY_MISSING", flags["split"].GetProperty("errorCode").GetString());
        Assert.True(flags["all"].GetProperty("value").GetBoolean());
        Assert.Equal("blue", flags["theme"].GetProperty("value").GetProperty("color").GetString());
        Assert.Equal(42, answer.Json.GetProperty("metadata").GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task Bulk_gives_each_flag_the_answer_it_has_alone()
    {
        var bulk = await server.Ask("", User);

        foreach (var flag in bulk.Json.GetProperty("flags").EnumerateArray())
        {
            var single = await server.Ask("/" + Uri.EscapeDataString(flag.GetProperty("key").GetString()!), User);
            Assert.Equal(
                flag.GetRawText(), single.Text.Replace(",\"position\":42", "", StringComparison.Ordinal).Replace("\"position\":42", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_known_tag_is_not_modified_until_the_table_or_the_context_changes()
    {
        await using var own = new OfrepServer();
        await own.InitializeAsync();
        Task<Answer> Ask(string known, string body = User) =>
            own.Ask("", new StringContent(body), request => request.Headers.TryAddWithoutValidation("If-None-Match", known));

        var first = await own.Ask("", User);
        var again = await Ask(first.ETag!);

        Assert.Equal((HttpStatusCode.NotModified, "", first.ETag), (again.Status, again.Text, again.ETag));
        Assert.Equal(HttpStatusCode.NotModified, (await Ask("\"other\", W/" + first.ETag)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask("\"other\"")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask(first.ETag!, """{"context":{"targetingKey":"user-2"}}""")).Status);
        own.Current = OfrepServer.Table(43);
        Assert.Equal(HttpStatusCode.OK, (await Ask(first.ETag!)).Status);
    }

    [Fact]
    public async Task Many_at_once_each_get_their_own_answer()
    {
        var bucket = new Bucket("9f3b2c71");

        await Parallel.ForAsync(0, 500, async (i, _) =>
        {
            var key = $"user-{i}";
            var answer = await server.Ask("/split", $$$"""{"context":{"targetingKey":"{{{key}}}"}}""");
            Assert.Equal(bucket.Of(Encoding.UTF8.GetBytes(key)) < 25_000 ? "True" : "False", answer["value"]);
        });
    }
}
