using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Silo.Tests.Sources.Secure;

/// <summary>Against the real Prometheus as it is run: TLS with a CA of its own, a password, a client certificate.</summary>
public sealed class SecurePrometheusTests : IAsyncLifetime
{
    private static readonly SourceQuery Up =
        new(new SourceSeries("up", SourceShape.Gauge, "up"), new SeriesAudience(Variant.New, Traffic.Live, null), "up");
    private SecurePrometheus _prometheus = null!;

    public async ValueTask InitializeAsync() => _prometheus = await SecurePrometheus.Start();

    public ValueTask DisposeAsync() => _prometheus.DisposeAsync();

    [Fact]
    public async Task Right_credentials_are_answered()
    {
        var scrape = await Ask(Right());

        Assert.Null(scrape.Error);
    }

    [Theory]
    [InlineData("wrong password", "the server answers 401: it rejects the credentials 'prometheus'")]
    [InlineData("no password", "the server answers 401: it rejects the credentials 'prometheus'")]
    [InlineData("another CA", "TLS connection failed: The remote certificate is invalid because of errors in the certificate chain: ")]
    [InlineData("no CA", "TLS connection failed: The remote certificate is invalid because of errors in the certificate chain: ")]
    [InlineData("no client certificate", "TLS connection failed: the server requires a client certificate, and the credentials 'prometheus' have none")]
    [InlineData("client certificate of another CA", "TLS connection failed: the server closed it, perhaps because it rejects the client certificate of the credentials 'prometheus' (")]
    [InlineData("other hosts", "the credentials 'prometheus' are not allowed for 127.0.0.1:")]
    public async Task Wrong_credentials_are_one_clear_sentence_without_the_secret(string wrong, string sentence)
    {
        const string otherPassword = "staple-battery-horse";
        var settings = Right();
        switch (wrong)
        {
            case "wrong password":
                settings["Password"] = otherPassword;
                break;
            case "no password":
                settings.Remove("User");
                settings.Remove("Password");
                break;
            case "another CA":
                settings["Ca"] = _prometheus.OtherAuthority;
                break;
            case "no CA":
                settings.Remove("Ca");
                break;
            case "no client certificate":
                settings.Remove("Certificate");
                settings.Remove("Key");
                break;
            case "client certificate of another CA":
                (settings["Certificate"], settings["Key"]) = _prometheus.OtherClient;
                break;
            default:
                settings["Hosts"] = "prometheus.example";
                break;
        }

        var scrape = await Ask(settings);

        Assert.StartsWith(sentence, scrape.Error, StringComparison.Ordinal);
        Assert.Empty(scrape.Points);
        Assert.DoesNotContain('\n', scrape.Error!);
        Assert.DoesNotContain(SecurePrometheus.Password, scrape.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(otherPassword, scrape.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_the_configuration_lacks_are_named()
    {
        using var http = Http([]);

        var scrape =
            await new PrometheusClient(http).Ask(_prometheus.Address.ToString(), "mimir", Up, SiloHost.Patience, CancellationToken.None);

        Assert.Equal("the configuration has no credentials 'mimir' (Orchestrator:Credentials:mimir)", scrape.Error);
    }

    [Fact]
    public async Task Canary_told_by_other_labels_goes_back_when_it_is_worse_than_its_primary()
    {
        string[] settings = [.. Right().Select(one => $"--Orchestrator:Credentials:prometheus:{one.Key}={one.Value}")];
        await using var silo = await SiloProcess.Start(
            Path.Combine(_prometheus.Folder, "silo"), [$"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}", "--Orchestrator:Clock:Speed=10", .. settings]);
        using var admin = silo.As(SiloHost.AdminKey);
        await admin.PutAsync("/api/v1/plans/podinfo", Answers.Text(Plan(), "application/yaml")).Json(201);
        await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "podinfo", environment = "production" }).Json(201);
        var idle = (await admin.GetAsync("/api/v1/rollouts/r1/sources").Json()).GetProperty("sources");
        using var events = await EventStream.Open(admin, "r1");
        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
        Assert.Equal("ten", (await events.Until("StepStarted")).GetProperty("data").GetProperty("step").GetString());
        Assert.Equal("half", (await events.Until("StepStarted")).GetProperty("data").GetProperty("step").GetString());

        // One round of a slow machine may fail: the next one shows that the source works.
        var sources = await Eventually.Until(
            "the source works",
            async () => (await admin.GetAsync("/api/v1/rollouts/r1/sources").Json()).GetProperty("sources"),
            all => all[0].GetProperty("state").GetString() == "ok");
        Assert.Equal(["legacy", "new"], sources[0].GetProperty("queries").EnumerateArray().Where(query => query.GetProperty("series").GetString() == "errors")
            .Select(query => query.GetProperty("variant").GetString()!).Order());
        Assert.Contains("the configuration has no credentials 'forgotten'", idle[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("failing", sources[1].GetProperty("state").GetString());
        Assert.Contains("the configuration has no credentials 'forgotten'", sources[1].GetProperty("error").GetString(), StringComparison.Ordinal);

        _prometheus.Podinfo.Bad = true;
        await events.Until("RolledBack");
        Assert.Contains("TriggerFired", events.Seen);
        Assert.DoesNotContain(SecurePrometheus.Password, sources.ToString() + silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_warns_of_credentials_that_are_missing_or_meant_for_others()
    {
        await using var host = await SiloHost.Start(settings: [.. Right().Select(one => $"--Orchestrator:Credentials:prometheus:{one.Key}={(one.Key == "Hosts" ? "elsewhere.example" : one.Value)}")]);

        var answer = await host.Admin.PostAsync("/api/v1/plans/validate", Answers.Text(Plan(), "application/yaml")).Json();

        Assert.Equal(
            [("sources[0]", "not allowed for 127.0.0.1"), ("sources[1]", "no credentials 'forgotten'")],
            answer.GetProperty("warnings").EnumerateArray()
                .Select(warning => (warning.GetProperty("path").GetString()!, warning.GetProperty("message").GetString()!))
                .Where(warning => warning.Item1.StartsWith("sources", StringComparison.Ordinal))
                .Select(warning => (warning.Item1,
                    new[] { "not allowed for 127.0.0.1", "no credentials 'forgotten'" }.Single(words => warning.Item2.Contains(words, StringComparison.Ordinal)))));
    }

    private Dictionary<string, string> Right() => new()
    {
        ["Hosts"] = _prometheus.Address.Authority,
        ["User"] = "rollouts",
        ["Password"] = SecurePrometheus.Password,
        ["Ca"] = _prometheus.Authority,
        ["Certificate"] = _prometheus.Client.Certificate,
        ["Key"] = _prometheus.Client.Key,
    };

    private async Task<Scrape> Ask(Dictionary<string, string> settings)
    {
        using var http = Http(settings);
        return await new PrometheusClient(http).Ask(_prometheus.Address.ToString(), "prometheus", Up, SiloHost.Patience, CancellationToken.None);
    }

    private static SourceHttp Http(Dictionary<string, string> settings)
    {
        var configuration =
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"Orchestrator:Credentials:prometheus:{one.Key}", (string?)one.Value))).Build();
        Assert.Empty(CredentialSettings.Errors(configuration));
        return new SourceHttp(new EgressList([]), new CredentialSettings(configuration));
    }

    private string Plan() => $$"""
        plan: podinfo
        flag: newPodinfo
        judgement: { sampling: 10s }
        metrics:
          error_rate: { ratio: errors / requests, baseline: legacy }
          queue: { gauge: queue }
        sources:
          - name: prometheus
            kind: prometheus
            url: {{_prometheus.Address}}
            credentials: prometheus
            variants: { new: 'app="podinfo"', legacy: 'app="podinfo-primary"' }
            series:
              requests: { counter: 'http_requests_total{$selector}' }
              errors:   { counter: 'http_requests_total{$selector,status=~"5.."}' }
          - name: forgotten
            kind: prometheus
            url: {{_prometheus.Address}}
            credentials: forgotten
            series:
              queue: { gauge: 'queue_length{variant="$variant"}' }
        triggers:
          - { name: worse, when: error_rate > 3x baseline, for: 30s, action: rollback }
        phases:
          - name: gradual
            steps:
              - { name: ten, percentage: 10%, hold: 1m }
              - { name: half, percentage: 50%, hold: 1d }
            success: [ error_rate < 2x baseline over 1m ]
        """;
}
