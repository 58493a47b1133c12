using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Silo.Tests.Cluster;

namespace Orchestrator.Silo.Tests.Http;

/// <summary>Texts that no store keeps, through every door that takes one, on both stores.</summary>
public sealed class UnkeptTextTests(ClusterDatabase database)
{
    private static readonly (string Method, string Path, string Body)[] Doors =
    [
        ("PUT", "/api/v1/plans/chat", """{ "plan": "chat", "title": "X", "flag": "f", "phases": [ { "name": "a", "steps": [ { "name": "s", "percentage": 10, "hold": "1h" } ] } ] }"""),
        ("POST", "/api/v1/plans/validate", """{ "plan": "chat", "flag": "X" }"""),
        ("POST", "/api/v1/rollouts", """{ "id": "X", "plan": "checkout", "environment": "production" }"""),
        ("POST", "/api/v1/rollouts/r1/start", """{ "reason": "X" }"""),
        ("POST", "/api/v1/rollouts/r1/rollback", """{ "reason": "X" }"""),
        ("POST", "/api/v1/rollouts/r1/rollback", """{ "reason": "x", "segments": ["X"] }"""),
        ("POST", "/api/v1/rollouts/r1/approve", """{ "review": "X" }"""),
        ("POST", "/api/v1/rollouts/r1/feedback", """{ "kind": "X" }"""),
        ("POST", "/api/v1/keys", """{ "name": "X", "role": "viewer" }"""),
        ("PUT", "/api/v1/segments/production/s", """{ "title": "X", "any": [ { "optedIn": true } ] }"""),
        ("PUT", "/api/v1/segments/production/s", """{ "any": [ { "attribute": "X", "equals": "X" } ] }"""),
        ("POST", "/api/v1/segments/production/beta/members", """{ "add": ["user", "X"] }"""),
        ("PUT", "/api/v1/environments/production/flags/f", """{ "value": { "a": ["X"] } }"""),
        ("PUT", "/api/v1/environments/production/flags/f", """{ "value": { "X": 1 } }"""),
        ("POST", "/api/v1/environments/production/stop-the-line", """{ "reason": "X" }"""),
        ("POST", "/api/v1/environments/production/explain", """{ "flag": "X", "context": {} }"""),
        ("POST", "/api/v1/environments/production/explain", """{ "flag": "useNewCheckout", "context": { "targetingKey": "X" } }"""),
    ];

    [Theory]
    [InlineData("embedded", "\\ud800", "half of a surrogate pair")]
    [InlineData("embedded", "\\u0000", "U+0000")]
    [InlineData("postgres", "\\ud800", "half of a surrogate pair")]
    [InlineData("postgres", "\\u0000", "U+0000")]
    public async Task Text_that_no_store_keeps_is_refused_by_name_at_every_door(string store, string text, string rule)
    {
        await using var silo = await Start(store);
        foreach (var (method, path, body) in Doors)
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(method), path)
            { Content = Answers.Text(body.Replace("X", text, StringComparison.Ordinal)) };
            using var answer = await silo.Admin.SendAsync(request);
            var told = await answer.Content.ReadAsStringAsync();

            Assert.True((int)answer.StatusCode is 400 or 422, $"{method} {path} answered {(int)answer.StatusCode} to {body}: {told}");
            var error = JsonDocument.Parse(told).RootElement.GetProperty("errors")[0];
            Assert.Contains(rule, error.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.NotEqual("", error.GetProperty("path").GetString());
        }
    }

    [Theory]
    [InlineData("embedded")]
    [InlineData("postgres")]
    public async Task Samples_beside_one_with_such_a_text_are_taken(string store)
    {
        await using var silo = await Start(store);

        var receipt = await silo.Admin.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text("""
            { "samples": [ { "variant": "new", "counters": { "requests": 5 } }, { "id": "\ud800", "variant": "new" }, { "variant": "new", "counters": { "\u0000": 5 } }, { "variant": "legacy", "counters": { "requests": 7 } } ] }
            """)).Json(202);

        Assert.Equal((2, 2), (receipt.GetProperty("accepted").GetInt32(), receipt.GetProperty("rejected").GetInt32()));
        Assert.Equal(["samples[1].id", "samples[2].counters.?"], receipt.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData("embedded")]
    [InlineData("postgres")]
    public async Task Plan_in_yaml_with_such_a_text_is_refused_with_its_line(string store)
    {
        await using var silo = await Start(store);
        foreach (var plan in (string[])[$"{Plans.Checkout}\n# \0\n", Plans.Checkout.Replace("The new checkout", "\"a\\0b\"", StringComparison.Ordinal)])
        {
            var body = await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(plan, "application/yaml")).Json(422);

            Assert.Contains("U+0000", body.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.True(body.GetProperty("errors")[0].GetProperty("line").GetInt32() > 1);
        }
    }

    [Theory]
    [InlineData("embedded")]
    [InlineData("postgres")]
    public async Task Addresses_and_headers_with_odd_characters_are_answered(string store)
    {
        await using var silo = await Start(store);
        foreach (var odd in (string[])["%00", "%ED%A0%80", "%FF", "%2e%2e", "a%2Fb", "%", "%zz", "%C0%80"])
        {
            foreach (var path in (string[])["rollouts/{0}", "rollouts?after={0}", "rollouts?environment={0}", "plans/{0}", "plans/checkout?revision={0}", "segments/production/{0}", "segments/{0}/beta",
                "environments/production/flags/{0}", "environments/{0}", "incidents/{0}", "incidents?after={0}", "notifications?state={0}", "rollouts/r1?at={0}", "rollouts/r1/events?after={0}"])
            {
                var status = await RawRequest.Status(silo.Address, $"GET /api/v1/{path.Replace("{0}", odd, StringComparison.Ordinal)}", [("X-API-Key", SiloHost.AdminKey)]);
                Assert.True(status < 500, $"{path} with {odd} answered {status}");
            }

            Assert.True(await RawRequest.Status(silo.Address, $"PUT /api/v1/environments/production/flags/{odd}", [("X-API-Key", SiloHost.AdminKey)], """{ "value": 1 }""") < 500, odd);
        }

        foreach (var key in (byte[][])[[0x61, 0xed, 0xa0, 0x80], [0xff], [0xc3, 0xa4], [0x00], [0x07]])
        {
            var status = await RawRequest.Status(silo.Address, "POST /api/v1/rollouts/r1/pause", [("X-API-Key", SiloHost.AdminKey), ("Idempotency-Key", Encoding.Latin1.GetString(key))], """{ "reason": "x" }""");
            Assert.True(status < 500, $"{Convert.ToHexString(key)} answered {status}");
        }
    }

    private async Task<SiloHost> Start(string store)
    {
        var silo = await SiloHost.Start(settings: store == "postgres" ? await database.New() : []);
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout, "application/yaml")).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }).Json(201);
        return silo;
    }
}
