using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

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

    [Theory]
    [InlineData("json", "")]
    [InlineData("proto", "")]
    [InlineData("proto", "gzip")]
    public async Task Export_of_the_opentelemetry_sdk_of_node_guards_a_rollout(string encoding, string compression)
    {
        // Real time: the exporter stamps its points by the clock of the machine.
        await using var silo = await SiloProcess.Start(Directory.CreateTempSubdirectory("otlp-").FullName, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}");
        using var admin = silo.As(SiloHost.AdminKey);
        await Begin(admin);
        using var events = await EventStream.Open(admin, "r1");
        using var exporter = Exporter(encoding, $"{silo.Address}api/v1/rollouts/r1/otlp/v1/metrics", compression);
        Assert.Equal("ready", await exporter.StandardOutput.ReadLineAsync());

        await exporter.StandardInput.WriteLineAsync("0");
        Assert.Equal("exported", await exporter.StandardOutput.ReadLineAsync());
        await exporter.StandardInput.WriteLineAsync("500");
        Assert.Equal("exported", await exporter.StandardOutput.ReadLineAsync());

        await HalfFailed(events);
        exporter.StandardInput.Close();
        await exporter.WaitForExitAsync();
    }

    [Theory]
    [InlineData("none", true)]
    [InlineData("gzip", false)]
    public async Task Export_of_the_opentelemetry_sdk_of_dotnet_guards_a_rollout(string compression, bool ofMetrics)
    {
        await using var silo = await SiloProcess.Start(Directory.CreateTempSubdirectory("otlp-").FullName, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}");
        using var admin = silo.As(SiloHost.AdminKey);
        await Begin(admin);
        using var events = await EventStream.Open(admin, "r1");
        using var meter = new Meter($"chat-{compression}");
        var (requests, errors, time) = (meter.CreateCounter<long>("requests"), meter.CreateCounter<long>("errors"),
            meter.CreateHistogram<double>("response_time", "s"));

        // UseOtlpExporter reads the variables of each signal, AddOtlpExporter only those for all signals.
        var services = new ServiceCollection().AddSingleton(ofMetrics
            ? Configured(Variables($"{silo.Address}api/v1/rollouts/r1/otlp/v1/metrics", compression))
            : Configured(Variables($"{silo.Address}api/v1/rollouts/r1/otlp", compression, "OTEL_EXPORTER_OTLP_")));
        var telemetry = services.AddOpenTelemetry()
            .WithMetrics(metrics => (ofMetrics ? metrics : metrics.AddOtlpExporter()).AddMeter(meter.Name));
        _ = ofMetrics ? telemetry.UseOtlpExporter() : telemetry;
        await using var built = services.BuildServiceProvider();
        var provider = built.GetRequiredService<MeterProvider>();

        void Serve(int failed)
        {
            var variant = new KeyValuePair<string, object?>("variant", "new");
            requests.Add(1000, variant);
            errors.Add(failed, variant);
            for (var i = 0; i < 1000; i++)
            {
                time.Record(0.05, variant);
            }

            Assert.True(provider.ForceFlush());
        }

        Serve(0);
        Serve(500);

        await HalfFailed(events);
    }

    [Fact]
    public async Task Answers_to_protocol_buffers_are_protocol_buffers_and_tell_what_was_not_taken()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo.Admin);
        using var ingest = await silo.NewClient("ingest");
        const string one = "/api/v1/rollouts/r1/otlp/v1/metrics";

        Assert.Equal("", Latin(await Sent(ingest, one, OtlpMessages.Requests("new", 5))));
        Assert.Equal("", Latin(await Sent(ingest, "/v1/metrics", OtlpMessages.Requests("new", 5, rollout: "r1"))));

        // partial_success (1): rejected_data_points (1) = 1, error_message (2).
        var partly = await Sent(ingest, one, OtlpMessages.Requests("newer", 5));
        Assert.Equal([0x0a, (byte)(partly.Length - 2), 0x08, 1, 0x12, (byte)(partly.Length - 6)], partly[..6]);
        Assert.StartsWith("requests: the variant must be legacy or new", Latin(partly[6..]), StringComparison.Ordinal);

        // google.rpc.Status: code (1), message (2).
        Assert.StartsWith("\b\u0003\u0012", Latin(await Sent(ingest, one, [0x0a], 400)), StringComparison.Ordinal);
        Assert.Contains("otlp.malformed: Nothing was accepted: the body is no ExportMetricsServiceRequest", Latin(await Sent(ingest, one, [0x0a], 400)), StringComparison.Ordinal);
        Assert.Contains("rollout.not_found", Latin(await Sent(ingest, one.Replace("r1", "r2", StringComparison.Ordinal), [], 404)), StringComparison.Ordinal);
        Assert.Contains("body.too_large", Latin(await Sent(ingest, one, new byte[2 * 1024 * 1024], 413)), StringComparison.Ordinal);
        Assert.Contains("body.content_encoding", Latin(await Sent(ingest, one, [], 415, "br")), StringComparison.Ordinal);
        Assert.Contains("The body is not gzip", Latin(await Sent(ingest, one, [1, 2, 3], 400, "gzip")), StringComparison.Ordinal);
        using var nobody = silo.As(null);
        Assert.Contains("access.no_key", Latin(await Sent(nobody, one, [], 401)), StringComparison.Ordinal);
        using var viewer = await silo.NewClient("viewer");
        Assert.Contains("access.forbidden", Latin(await Sent(viewer, one, [], 403)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_by_grpc_is_told_what_to_set()
    {
        await using var silo = await SiloHost.Start();
        using var anybody = silo.As(null);

        using var answer = await anybody.PostAsync("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc+proto") } });

        Assert.Equal(("12", "application/grpc"), (answer.Headers.GetValues("grpc-status").Single(), answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf", answer.Headers.GetValues("grpc-message").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Points_that_cannot_be_read_take_no_others_with_them_and_are_counted_once()
    {
        await using var silo = await SiloHost.Start();
        await Begin(silo.Admin);
        var good = Export("r1", "new");
        var body = good.Replace("\"dataPoints\": [", "\"dataPoints\": [ { \"asInt\": 42.5 }, { \"asInt\": 1, \"attributes\": [ { \"key\": \"\\ud800\" } ] },", StringComparison.Ordinal);

        var answer = (await silo.Admin.PostAsync("/v1/metrics", Answers.Text(body)).Json()).GetProperty("partialSuccess");

        Assert.Equal("2", answer.GetProperty("rejectedDataPoints").GetString());
        Assert.Contains("asInt must be a whole number of 64 bits, but is 42.5", answer.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Contains("dataPoints[1].attributes[0].key: the text contains half of a surrogate pair", answer.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
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
        Assert.Equal("body.media_type", await ingest.PostAsync("/v1/metrics", Answers.Text("x", "text/plain")).Problem(415));
        Assert.Equal("body.too_large", await ingest.PostAsync("/v1/metrics", Gzip(new string(' ', 2 * 1024 * 1024))).Problem(413));
        Assert.Equal("rollout.not_found", await ingest.PostAsync("/api/v1/rollouts/r2/otlp/v1/metrics", Answers.Text("{}")).Problem(404));
        using var viewer = await silo.NewClient("viewer");
        Assert.Equal("access.forbidden", await viewer.PostAsync("/v1/metrics", Answers.Text("{}")).Problem(403));
        using var nobody = silo.As(null);
        Assert.Equal("access.no_key", await nobody.PostAsync("/v1/metrics", Answers.Text("{}")).Problem(401));
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

    /// <summary>Environment variables of a service with OpenTelemetry (docs/sources.md).</summary>
    private static Dictionary<string, string?> Variables(string url, string compression, string prefix = "OTEL_EXPORTER_OTLP_METRICS_") => new()
    {
        [prefix + "ENDPOINT"] = url,
        [prefix + "HEADERS"] = $"Authorization=Bearer%20{SiloHost.AdminKey}",
        [prefix + "PROTOCOL"] = "http/protobuf",
        [prefix + "COMPRESSION"] = compression,
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "3600000",
    };

    /// <summary>The same for a service in this process, which shares its environment with other tests.</summary>
    private static IConfiguration Configured(Dictionary<string, string?> variables) =>
        new ConfigurationBuilder().AddInMemoryCollection(variables).Build();

    /// <summary>
    /// The first export of a process that began before anybody listened only says where its counters stand; of the second, half failed.
    /// </summary>
    private static async Task HalfFailed(EventStream events)
    {
        var evidence = (await events.Until("TriggerFired")).GetProperty("data").GetProperty("evidence");
        Assert.Equal((0.5, 1000), (evidence.GetProperty("observed").GetDouble(), evidence.GetProperty("samples").GetInt64()));
    }

    private static async Task<byte[]> Sent(HttpClient client, string path, byte[] body, int status = 200, string? encoding = null)
    {
        var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/x-protobuf") } };
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var answer = await client.PostAsync(path, content);
        Assert.Equal((status, "application/x-protobuf"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static string Latin(byte[] message) => Encoding.Latin1.GetString(message);

    private static Process Exporter(string encoding, string url, string compression, [CallerFilePath] string here = "")
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "otlp-exporter"));
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"The exporter is not installed; eng/test.sh installs it (npm ci in {folder}).");
        var start = new ProcessStartInfo(
            "node", ["export.mjs", encoding])
        { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in Variables(url, compression))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
