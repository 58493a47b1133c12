using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Api.Pushes;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Notifications;

namespace Orchestrator.Silo.Tests.Pushes;

/// <summary>Ingest keys that are bound, and pushes that are signed.</summary>
public sealed class PushTests
{
    private const string Body = """{"samples":[{"variant":"new","counters":{"requests":10,"errors":0}}]}""";
    private const string Firing = """{"version":"4","groupKey":"g","alerts":[{"status":"firing","labels":{"alertname":"CheckoutDown"}}]}""";
    private const string Export = """{"resourceMetrics":[{"resource":{"attributes":[{"key":"rollout","value":{"stringValue":"r1"}}]},"scopeMetrics":[{"metrics":[{"name":"requests","sum":{"isMonotonic":true,"aggregationTemporality":1,"dataPoints":[{"asInt":"5","attributes":[{"key":"variant","value":{"stringValue":"new"}}]}]}}]}]}]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_that_is_bound_pushes_for_its_own_environment_and_rollouts_through_every_door()
    {
        await using var silo = await Started();
        foreach (var (bound, taken) in new (object, bool)[]
        {
            (new { name = "k", role = "ingest", environment = "production" }, true), (new { name = "k", role = "ingest", environment = "staging" }, false),
            (new { name = "k", role = "ingest", rollouts = new[] { "r1", "r9" } }, true),
            (new { name = "k", role = "ingest", rollouts = new[] { "r9" } }, false),
        })
        {
            var key = (await silo.Admin.PostAsJsonAsync("/api/v1/keys", bound, Stop).Json(201)).GetProperty("key").GetString();
            using var client = silo.As(key);
            await Said(await client.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text(Body), Stop), 202, taken);
            await Said(await client.PostAsync("/api/v1/rollouts/r1/alerts", Answers.Text(Firing), Stop), 200, taken);
            await Said(await client.PostAsync("/api/v1/rollouts/r1/otlp/v1/metrics", Answers.Text(Export), Stop), 200, taken);
            var named = await (await client.PostAsync("/v1/metrics", Answers.Text(Export), Stop)).Content.ReadAsStringAsync(Stop);
            Assert.Equal(!taken, named.Contains("The key is bound to", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("""{"name":"k","role":"viewer","environment":"production"}""", "environment")]
    [InlineData("""{"name":"k","role":"evaluation","environment":"production","rollouts":["r1"]}""", "rollouts")]
    [InlineData("""{"name":"k","role":"ingest","rollouts":[]}""", "rollouts")]
    [InlineData("""{"name":"k","role":"ingest","rollouts":["Not An Id"]}""", "rollouts[0]")]
    public async Task Key_that_cannot_be_bound_so_is_refused_by_path(string key, string path)
    {
        await using var silo = await SiloHost.Start();
        using var answer = await silo.Admin.PostAsync("/api/v1/keys", Answers.Text(key), Stop);
        Assert.Contains($"\"path\":\"{path}\"", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(422, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Plan_that_wants_signatures_takes_signed_samples_once_and_no_others()
    {
        await using var silo = await Started("\nsignals: { signed: true }");
        var made = await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "k", role = "ingest" }, Stop).Json(201);
        using var client = silo.As(made.GetProperty("key").GetString());
        var secret = Signature.Key(made.GetProperty("signingSecret").GetString()!);

        Assert.Equal("push.unsigned", await client.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text(Body), Stop).Problem(403));
        Assert.Equal("push.unsigned", await client.PostAsync("/api/v1/rollouts/r1/otlp/v1/metrics", Answers.Text(Export), Stop).Problem(403));
        Assert.Contains(
            "signals.signed", await (await client.PostAsync("/v1/metrics", Answers.Text(Export), Stop)).Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal("push.signature", await client.SendAsync(Signed("/api/v1/rollouts/r1/metrics", Body, "a", new byte[32]), Stop).Problem(403));
        await client.SendAsync(Signed("/api/v1/rollouts/r1/metrics", Body, "a", secret), Stop).Json(202);
        Assert.Equal("push.signature", await client.SendAsync(Signed("/api/v1/rollouts/r1/metrics", Body, "a", secret), Stop).Problem(403));
        await client.SendAsync(Signed("/api/v1/rollouts/r1/otlp/v1/metrics", Export, "b", secret), Stop).Json();
        await client.SendAsync(Signed("/v1/metrics", Export, "c", secret), Stop).Json();
    }

    [Fact]
    public async Task Push_that_was_not_taken_may_be_sent_again_under_its_id()
    {
        await using var silo = await Started();
        var made = await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "k", role = "ingest" }, Stop).Json(201);
        using var client = silo.As(made.GetProperty("key").GetString());
        var secret = Signature.Key(made.GetProperty("signingSecret").GetString()!);

        await client.SendAsync(Signed("/api/v1/rollouts/none/metrics", Body, "a", secret), Stop).Problem(404);
        await client.SendAsync(Signed("/api/v1/rollouts/r1/metrics", Body, "a", secret), Stop).Json(202);
    }

    [Fact]
    public async Task Push_for_a_rollout_that_has_ended_is_taken_with_a_warning_that_it_is_not_judged()
    {
        await using var silo = await Started();
        Assert.False((await silo.Admin.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text(Body), Stop).Json(202)).TryGetProperty("warnings", out _));
        Assert.False((await silo.Admin.PostAsync("/v1/metrics", Answers.Text(Export), Stop).Json()).TryGetProperty("partialSuccess", out _));

        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/abort", new { reason = "not this year" }, Stop).Json();
        await Warned("The rollout is aborted: samples are not judged.");
        await silo.Admin.PutAsJsonAsync("/api/v1/environments/production/flags/useNewCheckout", new { value = false }, Stop).Json();
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/retire", new { reason = "tidy" }, Stop).Json();
        await Warned("The rollout is retired: samples are not judged.");

        async Task Warned(string warning)
        {
            var receipt = await silo.Admin.PostAsync("/api/v1/rollouts/r1/metrics", Answers.Text(Body), Stop).Json(202);
            Assert.Equal((1, 0), (receipt.GetProperty("accepted").GetInt32(), receipt.GetProperty("rejected").GetInt32()));
            var one = Assert.Single(receipt.GetProperty("warnings").EnumerateArray());
            Assert.Equal(("samples", warning), (one.GetProperty("path").GetString(), one.GetProperty("message").GetString()));
            foreach (var (path, message) in new[] { ("/api/v1/rollouts/r1/otlp/v1/metrics", warning), ("/v1/metrics", $"r1: {warning}") })
            {
                var partial = (await silo.Admin.PostAsync(path, Answers.Text(Export), Stop).Json()).GetProperty("partialSuccess");
                Assert.Equal(("0", message), (partial.GetProperty("rejectedDataPoints").GetString(), partial.GetProperty("errorMessage").GetString()));
            }
        }
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public void Time_outside_of_the_window_is_refused(int seconds)
    {
        var (signatures, time) = Made();
        Assert.Contains(
            "more than 300 s", signatures.Enter(Request("a", time.GetUtcNow().ToUnixTimeSeconds() + seconds), "k", "x"u8, out _), StringComparison.Ordinal);
        Assert.Null(signatures.Enter(Request("a", time.GetUtcNow().ToUnixTimeSeconds() + (seconds / 2)), "k", "x"u8, out _));
    }

    [Fact]
    public void Ids_are_bounded_for_each_key_and_end_with_the_window()
    {
        var (signatures, time) = Made();
        for (var i = 0; i < PushSignatures.MostIds; i++)
        {
            Assert.Null(signatures.Enter(Request($"{i}", time.GetUtcNow().ToUnixTimeSeconds()), "k", "x"u8, out _));
        }

        Assert.Contains("the limit of replay detection", signatures.Enter(Request("more", time.GetUtcNow().ToUnixTimeSeconds()), "k", "x"u8, out _), StringComparison.Ordinal);
        time.Advance(PushSignatures.Window + TimeSpan.FromSeconds(1));
        Assert.Null(signatures.Enter(Request("more", time.GetUtcNow().ToUnixTimeSeconds()), "k", "x"u8, out _));
    }

    private static (PushSignatures Signatures, FakeTimeProvider Time) Made()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        return (new PushSignatures(new InstallationSecret(new byte[InstallationSecret.Bytes]), time), time);
    }

    private static HttpRequest Request(string id, long at)
    {
        var secret = Signature.Key(PushSignatures.Secret(new InstallationSecret(new byte[InstallationSecret.Bytes]), "k"));
        var request = new DefaultHttpContext().Request;
        request.Headers["webhook-id"] = id;
        request.Headers["webhook-timestamp"] = at.ToString(CultureInfo.InvariantCulture);
        request.Headers["webhook-signature"] = "v1,AAAA " + Signature.Of([secret], id, at, "x"u8);
        return request;
    }

    private static HttpRequestMessage Signed(string path, string body, string id, byte[] secret)
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Answers.Text(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", at.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Signature.Of([secret], id, at, Encoding.UTF8.GetBytes(body)));
        return request;
    }

    private static async Task Said(HttpResponseMessage answer, int status, bool taken)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Stop);
            Assert.True((int)answer.StatusCode == (taken ? status : 403), $"{(int)answer.StatusCode} {text}");
            Assert.Equal(!taken, text.Contains("access.other_rollout", StringComparison.Ordinal) || text.Contains("The key is bound to", StringComparison.Ordinal));
        }
    }

    private static async Task<SiloHost> Started(string more = "")
    {
        var silo = await SiloHost.Start();
        await silo.Admin.PutAsync("/api/v1/plans/checkout", Answers.Text(Plans.Checkout.TrimEnd() + more, "application/yaml"), Stop).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "checkout", environment = "production" }, Stop).Json(201);
        await silo.Admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }, Stop).Json();
        return silo;
    }
}
