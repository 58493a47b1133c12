using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Silo.Tests.Sources;

public sealed class OtlpTests
{
    private const string Plan = """
        plan: chat
        flag: newChat
        metrics:
          error_rate: { ratio: errors / requests }
          p95: { quantile: 0.95, of: response_time }
        triggers:
          - { name: errors, when: error_rate > 5%, action: rollback }
        phases:
          - { name: gradual, steps: [ { name: ten, percentage: 10%, hold: 1d } ] }
        """;

    [Fact]
    public async Task Export_of_the_opentelemetry_sdk_guards_a_rollout()
    {
        // Real time: the exporter stamps its points by the clock of the machine.
        await using var silo = await SiloProcess.Start(Directory.CreateTempSubdirectory("otlp-").FullName, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}");
        using var admin = silo.As(SiloHost.AdminKey);
        await Begin(admin);
        using var events = await EventStream.Open(admin, "r1");
        using var exporter = Exporter($"{silo.Address}api/v1/rollouts/r1/otlp/v1/metrics");
        Assert.Equal("ready", await exporter.StandardOutput.ReadLineAsync());

        await exporter.StandardInput.WriteLineAsync("0");
        Assert.Equal("exported", await exporter.StandardOutput.ReadLineAsync());
        await exporter.StandardInput.WriteLineAsync("500");
        Assert.Equal("exported", await exporter.StandardOutput.ReadLineAsync());

        var fired = await events.Until("TriggerFired");
        // The first export of a process that began before anybody listened only says where its counters stand.
        Assert.Equal(0.5, fired.GetProperty("data").GetProperty("evidence").GetProperty("observed").GetDouble());
        Assert.Equal(1000, fired.GetProperty("data").GetProperty("evidence").GetProperty("samples").GetInt64());
        exporter.StandardInput.Close();
        await exporter.WaitForExitAsync();
    }

    [Fact]
    public async Task Points_name_their_rollout_and_what_is_wrong_is_a_partial_success()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo.Admin);
        using var ingest = await silo.NewClient("ingest");

        Assert.Equal("{}", (await ingest.PostAsync("/v1/metrics", Answers.Text(Export("r1", "new"))).Json()).ToString());
        var unknown = (await ingest.PostAsync("/v1/metrics", Answers.Text(Export("r2", "new"))).Json()).GetProperty("partialSuccess");
        Assert.Equal(("1", "there is no rollout 'r2'"), (unknown.GetProperty("rejectedDataPoints").GetString(), unknown.GetProperty("errorMessage").GetString()));
        var variant = (await ingest.PostAsync("/v1/metrics", Answers.Text(Export("r1", "newer"))).Json()).GetProperty("partialSuccess");
        Assert.Contains("'newer'", variant.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal("{}", (await ingest.PostAsync("/v1/metrics", Gzip(Export("r1", "new"))).Json()).ToString());

        Assert.Equal("otlp.malformed", await ingest.PostAsync("/v1/metrics", Answers.Text("{")).Problem(400));
        Assert.Equal("body.media_type", await ingest.PostAsync("/v1/metrics", Answers.Text("x", "application/x-protobuf")).Problem(415));
        Assert.Equal("body.too_large", await ingest.PostAsync("/v1/metrics", Gzip(new string(' ', 2 * 1024 * 1024))).Problem(413));
        Assert.Equal("rollout.not_found", await ingest.PostAsync("/api/v1/rollouts/r2/otlp/v1/metrics", Answers.Text("{}")).Problem(404));
        using var viewer = await silo.NewClient("viewer");
        Assert.Equal("access.forbidden", await viewer.PostAsync("/v1/metrics", Answers.Text("{}")).Problem(403));
        using var nobody = silo.As(null);
        Assert.Equal("access.no_key", await nobody.PostAsync("/v1/metrics", Answers.Text("{}")).Problem(401));
    }

    [Fact]
    public async Task Own_metrics_are_for_readers_or_open_on_loopback_when_so_configured()
    {
        await using (var silo = await SiloHost.Start())
        {
            await Begin(silo.Admin);
            using var viewer = await silo.NewClient("viewer");
            var text = await viewer.GetStringAsync("/metrics");
            foreach (var name in (string[])["orchestrator_request_duration_seconds_bucket", "orchestrator_log_events_total", "lease_age_seconds", "orchestrator_node_position"])
            {
                Assert.Contains(name, text, StringComparison.Ordinal);
            }

            using var nobody = silo.As(null);
            Assert.Equal("access.no_key", await nobody.GetAsync("/metrics").Problem(401));
            using var ingest = await silo.NewClient("ingest");
            Assert.Equal("access.forbidden", await ingest.GetAsync("/metrics").Problem(403));
        }

        await using var open = await SiloHost.Start(settings: "--Orchestrator:Metrics:Public=true");
        using var anybody = open.As(null);
        Assert.Contains("orchestrator_node_position", await anybody.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private static async Task Begin(HttpClient admin)
    {
        await admin.PutAsync("/api/v1/plans/chat", Answers.Text(Plan, "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "chat", environment = "production" }).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
    }

    private static string Export(string rollout, string variant) => $$"""
        { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "rollout", "value": { "stringValue": "{{rollout}}" } } ] }, "scopeMetrics": [ { "metrics": [
          { "name": "requests", "sum": { "isMonotonic": true, "aggregationTemporality": 1, "dataPoints": [
            { "asInt": "5", "attributes": [ { "key": "variant", "value": { "stringValue": "{{variant}}" } } ] } ] } } ] } ] } ] }
        """;

    private static ByteArrayContent Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return new ByteArrayContent(compressed.ToArray()) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };
    }

    private static Process Exporter(string url, [CallerFilePath] string here = "")
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "otlp-exporter"));
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"The exporter is not installed; eng/test.sh installs it (npm ci in {folder}).");
        return Process.Start(new ProcessStartInfo("node", ["export.mjs", url, SiloHost.AdminKey]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }
}
