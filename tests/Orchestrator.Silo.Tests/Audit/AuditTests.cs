using System.Net.Http.Json;

namespace Orchestrator.Silo.Tests.Audit;

public sealed class AuditTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    [Fact]
    public async Task Audit_shows_what_a_key_did_and_was_refused_and_never_its_text()
    {
        var (id, text) = await shared.Host.NewKey("devops");
        using var devops = shared.Host.As(text);
        await devops.PutAsJsonAsync("/api/v1/environments/staging/flags/audited", new { value = true });
        Assert.Equal("access.forbidden", await devops.GetAsync("/api/v1/keys").Problem(403));
        const string Guess = "rok_guess_of_somebody_who_has_no_key";
        Assert.Equal("access.unknown_key", await shared.Host.As(Guess).GetAsync("/api/v1/nodes").Problem(401));

        var refused = (await shared.Host.Admin.GetAsync($"/api/v1/audit/refusals?key={id}").Json()).GetProperty("refused");
        var one = Assert.Single(refused.EnumerateArray());
        Assert.Equal((403, "access.forbidden", "GET /keys", "127.0.0.1"), (
            one.GetProperty("status").GetInt32(), one.GetProperty("code").GetString(), one.GetProperty("route").GetString(),
            one.GetProperty("address").GetString()));
        var done = (await shared.Host.Admin.GetAsync($"/api/v1/audit?key={id}").Json()).GetProperty("done");
        Assert.All(done.EnumerateArray(), each => Assert.Equal(id, each.GetProperty("key").GetString()));

        var all = (await shared.Host.Admin.GetAsync("/api/v1/audit/refusals").Json()).GetRawText();
        Assert.Contains("access.unknown_key", all, StringComparison.Ordinal);
        Assert.DoesNotContain(Guess, all, StringComparison.Ordinal);
        Assert.DoesNotContain(text, all, StringComparison.Ordinal);
        Assert.Equal("access.forbidden", await devops.GetAsync("/api/v1/audit").Problem(403));
    }

    [Fact]
    public async Task Pages_of_the_audit_go_on_where_the_last_one_ended()
    {
        var (made, after) = (0, 0L);
        await shared.Host.NewKey("viewer");
        await shared.Host.NewKey("viewer");
        do
        {
            var page = await shared.Host.Admin.GetAsync($"/api/v1/audit?key=env-admin&limit=1&after={after}").Json();
            made += page.GetProperty("done").EnumerateArray().Count(one => one.GetProperty("type").GetString() == "KeyCreated");
            after = page.TryGetProperty("next", out var next) && next.ValueKind == System.Text.Json.JsonValueKind.Number ? next.GetInt64() : 0;
        }
        while (after > 0);
        Assert.True(made >= 2, $"{made} keys");
    }
}
