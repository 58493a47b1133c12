using System.Net;
using Orchestrator.Dashboard.Pages.Keys;
using Orchestrator.Dashboard.Tests.Silo;
using Orchestrator.Dashboard.Words;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Dashboard.Tests.Keys;

public sealed class KeysPageTests
{
    [Fact]
    public async Task Key_is_made_and_its_text_is_shown_once()
    {
        await using var silo = await SiloHost.Start();
        using var admin = await Reader.Of(silo, "admin");
        var page = await admin.Open("/keys");
        Assert.Equal("1 key works, 1 admin key among them. None was revoked.", page.Lead);
        var made = await admin.Send(page, "Make the key", ("name", "ci <checkout>"), ("role", "engineering"), ("person", "Anna Berg"));
        Assert.Equal((HttpStatusCode.OK, null), (made.Status, made.Location));
        var text = made.Document.QuerySelector("#made-key")!.GetAttribute("value")!;
        Assert.StartsWith("rok_", text, StringComparison.Ordinal);
        Assert.Null(made.Document.QuerySelector("#made-secret"));
        Assert.Equal("", made.Document.QuerySelector("#name")!.GetAttribute("value") ?? "");
        Assert.Contains("Anna Berg", made.Text, StringComparison.Ordinal);
        using var holder = silo.As(text);
        await holder.GetAsync("/api/v1/nodes").Json();

        var repeated = await admin.Send(page, "Make the key", ("name", "ci <checkout>"), ("role", "engineering"), ("person", "Anna Berg"));
        Assert.Equal(HttpStatusCode.Conflict, repeated.Status);
        Assert.DoesNotContain(text, repeated.Html, StringComparison.Ordinal);
        var later = await admin.Open("/keys");
        Assert.DoesNotContain(text, later.Html, StringComparison.Ordinal);
        Assert.Contains("2 keys work", later.Lead, StringComparison.Ordinal);
        Assert.Equal(2, (await silo.Admin.GetAsync("/api/v1/keys").Json()).GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task Ingest_key_comes_with_its_secret_for_signed_pushes()
    {
        await using var silo = await SiloHost.Start();
        using var admin = await Reader.Of(silo, "admin");
        var made = await admin.Send(
            await admin.Open("/keys"), "Make the key", ("name", "shop"), ("role", "ingest"), ("environment", "production"), ("rollouts", "r1, r2"));
        Assert.NotNull(made.Document.QuerySelector("#made-secret"));
        Assert.Contains("production, r1 and r2", made.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_form_says_all_errors_at_once_and_keeps_what_was_typed()
    {
        await using var silo = await SiloHost.Start();
        using var admin = await Reader.Of(silo, "admin");
        var wrong = await admin.Send(
            await admin.Open("/keys"), "Make the key", ("name", ""), ("role", "viewer"), ("environment", "A B"), ("rollouts", "r1"), ("person", "Ben Tal"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(
            ["name", "environment", "rollouts"],
            wrong.Document.QuerySelectorAll("#make ~ form [aria-invalid=true]").Select(one => one.Id!));
        Assert.Equal(("A B", "Ben Tal"), (Value(wrong, "environment"), Value(wrong, "person")));
        Assert.Equal("environment-hint environment-error", wrong.Document.QuerySelector("#environment")!.GetAttribute("aria-describedby"));
        Assert.Single((await silo.Admin.GetAsync("/api/v1/keys").Json()).GetProperty("keys").EnumerateArray());
    }

    [Fact]
    public async Task Key_is_revoked_by_a_form_that_a_link_opens()
    {
        await using var silo = await SiloHost.Start();
        var (id, text) = await silo.NewKey("viewer");
        using var admin = await Reader.Of(silo, "admin");
        var asked = await admin.Open($"/keys?revoke={id}");
        Assert.Contains("It cannot be taken back", asked.Text, StringComparison.Ordinal);
        using var holder = silo.As(text);
        await holder.GetAsync("/api/v1/nodes").Json();
        var done = await admin.Send(asked, $"Revoke {id}");
        Assert.Equal((HttpStatusCode.Found, "/keys"), (done.Status, new Uri(silo.Address, done.Location!).PathAndQuery));
        await holder.GetAsync("/api/v1/nodes").Problem(401);
        Assert.Equal(HttpStatusCode.Found, (await admin.Send(asked, $"Revoke {id}")).Status);
        Assert.Contains($"No key that works has the id {id}.", (await admin.Open($"/keys?revoke={id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Last_admin_key_stays_and_the_page_says_why()
    {
        await using var silo = await SiloHost.Start();
        using var admin = await Reader.Of(silo, "admin");
        var refused = await admin.Send(await admin.Open("/keys?revoke=env-admin"), "Revoke env-admin");
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.NotNull(refused.Document.QuerySelector("[role=alert]"));
    }

    [Theory]
    [InlineData("product", "env-admin", true, "since 09:00:00")]
    [InlineData("product", "env-admin", false, "not used yet")]
    [InlineData("product", null, false, "not recorded")]
    [InlineData("viewer", "env-admin", false, "not recorded")]
    public void First_use_is_told_where_the_log_has_it(string role, string? maker, bool used, string text)
    {
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var key = new KeyData { Role = role, CreatedBy = maker, FirstReadAt = used ? at : null };
        Assert.Equal(text, KeysTexts.Use(key, Viewer.Read(null, null, null, at.AddHours(2))));
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("devops")]
    public async Task Keys_are_for_admins(string role)
    {
        await using var silo = await SiloHost.Start();
        using var reader = await Reader.Of(silo, role);
        var page = await reader.Open("/keys");
        Assert.Equal((HttpStatusCode.Forbidden, "Keys are for admins."), (page.Status, page.Lead));
        Assert.Empty(page.Document.QuerySelectorAll("main form, main table"));
    }

    [Fact]
    public async Task Roles_of_the_form_are_those_of_the_API()
    {
        await using var silo = await SiloHost.Start();
        foreach (var (role, _) in KeysTexts.Roles)
        {
            Assert.NotEmpty((await silo.NewKey(role, role is "evaluation" or "browser" ? "production" : null)).Id);
        }

        Assert.Equal(
            Enum.GetNames<Domain.Access.Role>().Select(name => name.ToLowerInvariant()).Order(),
            KeysTexts.Roles.Select(one => one.Role).Order());
    }

    private static string? Value(Leaf page, string id) => page.Document.QuerySelector("#" + id)!.GetAttribute("value");

    [Theory]
    [InlineData(null, "not on this node since its start")]
    [InlineData(0.0, "on this node just now")]
    [InlineData(200.0, "on this node 3 min 20 s ago")]
    [InlineData(double.NaN, "on this node, unknown when")]
    public void Newest_use_is_told_of_this_node_alone(double? seconds, string text) =>
        Assert.Equal(text, KeysTexts.UsedHere(new KeyData { UsedHere = seconds }));

    [Fact]
    public async Task Page_tells_which_keys_were_used_on_this_node()
    {
        await using var silo = await SiloHost.Start();
        using var admin = await Reader.Of(silo, "admin");
        var (id, key) = await silo.NewKey("evaluation", "production");
        Assert.Contains("not on this node since its start", Row(await admin.Open("/keys"), id), StringComparison.Ordinal);
        using var service = silo.As(key);
        using var answer = await service.PostAsync("/ofrep/v1/evaluate/flags", Answers.Text("{}"));
        Assert.Contains("on this node just now", Row(await admin.Open("/keys"), id), StringComparison.Ordinal);

        static string Row(Leaf page, string id) =>
            page.Document.QuerySelectorAll("tr").Single(row => row.QuerySelector("code")?.TextContent == id).TextContent;
    }
}
