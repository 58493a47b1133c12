using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Ofrep;

/// <summary>
/// The real clients against a real silo: tests/ofrep-conformance, with a rollback as the change that a connected client sees.
/// </summary>
public sealed class ConformanceTests
{
    private const string Plan = """
        plan: checkout
        title: New checkout
        flag: newCheckout
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true } ] }
        phases:
          - name: full
            steps: [ { name: all, percentage: 100%, segments: [beta], hold: 1w } ]
        """;

    private const string HalfPlan = """
        plan: search
        title: New search
        flag: team/newSearch
        phases:
          - name: gradual
            steps: [ { name: half, percentage: 50%, hold: 1w } ]
        """;

    [Fact]
    public async Task Real_clients_find_everything_in_order_and_see_a_rollback()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo.Admin, "checkout", Plan);
        await Begin(silo.Admin, "search", HalfPlan);
        foreach (var (key, json) in ((string, string)[])[("title", "\"Hello\""), ("limit", "3.0"), ("share", "0.25"), ("theme", """{ "color": "blue", "sizes": [1, 2] }"""), ("nothing", "null"), ("grüß%20gott", "true")])
        {
            var address = "/api/v1/environments/production/flags/" + Uri.EscapeDataString(key);
            using var body = Answers.Text($$"""{ "value": {{json}} }""");
            Assert.True((await silo.Admin.PutAsync(address, body)).IsSuccessStatusCode);
        }

        await using var limited = await SiloHost.Start(settings: "--Orchestrator:Ofrep:RateLimit=5");
        await Begin(limited.Admin, "checkout", Plan);
        var (_, evaluation) = await silo.NewKey("evaluation", "production");
        var (_, few) = await limited.NewKey("evaluation", "production");
        var (status, said) = await Run(
            "--base-url", silo.Address.ToString(), "--key", evaluation, "--flag", "newCheckout",
            "--change", new Uri(silo.Address, "/api/v1/rollouts/checkout/rollback").ToString(), "--change-key", SiloHost.AdminKey, "--change-body", """{"reason":"a test"}""",
            "--limited-url", limited.Address.ToString(), "--limited-key", few);

        Assert.True(status == 0, said);
        Assert.Contains("a change is seen by a connected client (seen after", said, StringComparison.Ordinal);
        Assert.DoesNotContain("skip - ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flag_that_is_read_with_a_fresh_key_and_a_withdrawn_one_is_answered_and_refused()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo.Admin, "checkout", Plan);
        var (id, text) = await silo.NewKey("evaluation", "production");
        using var client = silo.As(text);
        Task<HttpResponseMessage> Ask() => client.PostAsync("/ofrep/v1/evaluate/flags/newCheckout", Answers.Text("""{"context":{"targetingKey":"u"}}"""));

        var answer = await Ask().Json();
        Assert.True(answer.GetProperty("value").GetBoolean());
        Assert.Equal(JsonValueKind.Number, answer.GetProperty("metadata").GetProperty("tableAgeMs").ValueKind);
        Assert.Equal("beta", (await client.PostAsync("/ofrep/v1/evaluate/flags/newCheckout", Answers.Text("""{"context":{"internal":true}}""")).Json())
            .GetProperty("metadata").GetProperty("segment").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await silo.Admin.DeleteAsync($"/api/v1/keys/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask()).StatusCode);
    }

    private static async Task Begin(HttpClient admin, string rollout, string plan)
    {
        await admin.PutAsync($"/api/v1/plans/{rollout}", Answers.Text(plan, "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = rollout, plan = rollout, environment = "production" }).Json(201);
        await admin.PostAsJsonAsync($"/api/v1/rollouts/{rollout}/start", new { }).Json();
    }

    private static async Task<(int Status, string Said)> Run(params string[] arguments)
    {
        var folder = Folder();
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"The clients are not installed; eng/test.sh installs them (npm ci in {folder}).");
        using var node = Process.Start(new ProcessStartInfo(
            "node", ["run.mjs", .. arguments])
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        try
        {
            await node.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill();
            }
        }

        return (node.ExitCode, await output + await error);
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "ofrep-conformance"));
}
