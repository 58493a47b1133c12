using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Quantities;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Silo.Cluster;

namespace Orchestrator.Silo.Tests.Sources;

/// <summary>
/// Rounds against the real Prometheus and a target that shows what a test writes: gaps, restarts, odd values, odd queries.
/// </summary>
public sealed class PrometheusRoundTests : IAsyncLifetime
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(15);
    private static readonly Metric ErrorRate = new("error_rate", new MetricSource.Ratio("errors", "requests"), Unit.Ratio);
    private static readonly SourceQuery Requests = Query("requests", SourceShape.Counter, "chat_requests_total");
    private static readonly SourceQuery Errors = Query("errors", SourceShape.Counter, "chat_requests_total{code=~\"5..\"}", empty: true);
    private static readonly SourceQuery Times = Query("response_time", SourceShape.Histogram, "chat_seconds_bucket", unit: "s");
    private readonly string _folder = Directory.CreateTempSubdirectory("prometheus-rounds-").FullName;
    private readonly int _port = FreePort.Pick();
    private readonly SourceHttp _http = new(new EgressList([]), new CredentialSettings(new ConfigurationBuilder().Build()));
    private readonly SourceRounds _rounds = new(Sampling, 1, new MetricSource.Ratio("errors", "requests"));
    private readonly MetricWindows _windows = new(Sampling, [ErrorRate, new("p95", new MetricSource.Quantile(0.95, "response_time"), Unit.Time),
        new("p99", new MetricSource.Gauge("p99", GaugeFold.Max), Unit.Time)], "requests");
    private ScriptedService _service = null!;
    private Program? _prometheus;

    public async ValueTask InitializeAsync()
    {
        _service = await ScriptedService.Start();
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms }
            scrape_configs:
              - { job_name: chat, static_configs: [ { targets: ["{{_service.Address.Authority}}"] } ] }
            """);
        await Run();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await _service.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("target", "", "code=\"500\"")]
    [InlineData("source", "", "code=\"500\"")]
    [InlineData("target", "chat_requests_total{code=\"500\"} 7", "code=\"503\"")]
    [InlineData("source", "chat_requests_total{code=\"500\"} 7", "code=\"503\"")]
    public async Task Errors_born_while_source_or_target_was_away_are_counted(string away, string old, string born)
    {
        await Shown($"chat_requests_total{{code=\"200\"}} 1000\n{old}\n", 1000);
        await Round(Requests, Errors);
        if (away == "target")
        {
            _service.Show(null);
            await _service.Scrapes(2);
            await Until(Requests, scrape => scrape.Points.IsEmpty);
        }
        else
        {
            await Stop();
        }

        Assert.Null((await Round(Requests, Errors)).Body);
        _service.Show($"chat_requests_total{{code=\"200\"}} 6400\nchat_requests_total{{{born}}} 600\n{old}\n");
        if (away == "source")
        {
            await Run();
        }

        await Until(Requests, scrape => scrape.Points.Any(scraped => scraped.Point.Value == 6400));
        await Round(Requests, Errors);

        var rate = Measure("error_rate");
        Assert.Equal((600, 6000), (rate.Events, rate.Samples));
        Assert.Equal(0.1, rate.Value);
    }

    [Fact]
    public async Task Process_that_restarted_in_a_gap_with_more_errors_than_before_is_no_evidence()
    {
        await Shown("chat_requests_total{code=\"200\"} 1000\nchat_requests_total{code=\"500\"} 5\n", 1000);
        await Round(Requests, Errors);
        _service.Show(null);
        await _service.Scrapes(2);
        await Shown("chat_requests_total{code=\"200\"} 300\nchat_requests_total{code=\"500\"} 9\n", 300);

        var round = await Round(Requests, Errors);

        Assert.Null(Measure("error_rate").Value);
        Assert.All(round.Outcomes, outcome => Assert.Equal(QueryState.Waiting, outcome.State));
    }

    [Theory]
    [InlineData("chat_requests_total{code=~\"5..\"}")]
    [InlineData("chat_requests_total{code=~\"5..\"} or chat_failures_total # of the canary")]
    public async Task Process_that_restarted_and_passed_every_old_height_is_no_evidence(string errors)
    {
        var failed = Query("errors", SourceShape.Counter, errors, empty: true);
        await Shown(Process(1_700_000_000.25, 1000, 5), 1000);
        await Round(Requests, failed);
        await Shown(Process(1_700_000_000.25, 1100, 6), 1100);
        await Round(Requests, failed);
        var (events, samples) = (Measure("error_rate").Events, Measure("error_rate").Samples);
        Assert.Equal((1, 101), (events, samples));

        // 500 requests of the new process, 60 of them failed; from the old heights it would be 400 and 54.
        await Shown(Process(1_700_000_042.5, 1500, 60), 1500);
        var round = await Round(Requests, failed);

        Assert.Null(round.Body);
        Assert.All(round.Outcomes, outcome => Assert.Contains("may have continued or restarted", outcome.Text, StringComparison.Ordinal));
        await Shown(Process(1_700_000_042.5, 1600, 80), 1600);
        await Round(Requests, failed);
        Assert.Equal((21, 221), (Measure("error_rate").Events, Measure("error_rate").Samples));

        static string Process(double start, int requests, int failed) => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"process_start_time_seconds {start}\nchat_requests_total{{code=\"200\"}} {requests}\nchat_requests_total{{code=\"500\"}} {failed}\n");
    }

    [Fact]
    public async Task Histogram_born_in_a_gap_is_counted()
    {
        await Shown("chat_requests_total 10\n", 10);
        await Round(Requests, Times);
        _service.Show(null);
        await _service.Scrapes(2);
        await Shown("chat_requests_total 110\nchat_seconds_bucket{le=\"0.1\"} 40\nchat_seconds_bucket{le=\"5\"} 100\nchat_seconds_bucket{le=\"+Inf\"} 100\n", 110);
        await Round(Requests, Times);

        Assert.Equal((5000, 100), (Measure("p95").Value, Measure("p95").Samples));
    }

    [Fact]
    public async Task Reading_without_a_number_silences_no_other_and_is_named()
    {
        var p99 = Query("p99", SourceShape.Gauge, "chat_p99_seconds", unit: "s");
        await Shown("chat_requests_total 10\nchat_p99_seconds{pod=\"a\"} 3.1\nchat_p99_seconds{pod=\"b\"} 2\nchat_p99_seconds{pod=\"c\"} NaN\nchat_p99_seconds{pod=\"d\"} +Inf\n", 10);

        var round = await Round(p99);

        Assert.Equal(3100, Measure("p99").Value);
        Assert.Equal("2 readings, 3.1 s at most; 2 of 4 series gave no number", Assert.Single(round.Outcomes).Text);
    }

    [Fact]
    public async Task Two_spellings_of_a_bound_add_up_and_take_no_query_with_them()
    {
        await Shown("chat_requests_total 10\nchat_seconds_bucket{le=\"1\"} 10\nchat_seconds_bucket{le=\"1.0\"} 20\nchat_seconds_bucket{le=\"+Inf\"} 40\n", 10);
        await Round(Requests, Times);
        await Shown("chat_requests_total 15\nchat_seconds_bucket{le=\"1\"} 11\nchat_seconds_bucket{le=\"1.0\"} 22\nchat_seconds_bucket{le=\"+Inf\"} 44\n", 15);

        var round = await Round(Requests, Times);

        Assert.All(round.Outcomes, outcome => Assert.Equal(QueryState.Ok, outcome.State));
        Assert.Equal(
            """{"bounds":[1],"counts":[3,1]}""", JsonSerializer.Serialize(JsonDocument.Parse(round.Body!).RootElement.GetProperty("samples")[0].GetProperty("histograms").GetProperty("response_time")));
    }

    [Theory]
    [InlineData("chat_requests_total # of the canary")]
    [InlineData("# of the canary\nchat_requests_total")]
    [InlineData("chat_requests_total{\n  code=~\"2..\", # \"(\"\n}\n# end)")]
    [InlineData("chat_requests_total offset 1ms")]
    [InlineData("chat_requests_total @ end()")]
    [InlineData("chat_requests_total or vector(0)")]
    [InlineData("(chat_requests_total)")]
    [InlineData("{__name__=~\"chat_requests_total|chat_other_total\"}")]
    [InlineData("chat_requests_total{code!=\"#\"}")]
    public async Task Query_that_is_valid_stays_valid(string text)
    {
        await Shown("chat_requests_total{code=\"200\"} 10\nchat_other_total{code=\"200\"} 4\n", 10);

        var scrape = await Ask(Query("requests", SourceShape.Counter, text));

        Assert.Null(scrape.Error);
        Assert.Contains(scrape.Points, scraped => scraped.Point.Value == 10);
        Assert.Equal(scrape.Points.Length, scrape.Points.Select(scraped => (scraped.Point.Labels, scraped.Point.Bound)).Distinct().Count());
    }

    private static SourceQuery Query(string name, SourceShape shape, string text, bool empty = false, string? unit = null) =>
        new(new SourceSeries(name, shape, text, unit, null, empty), new SeriesAudience(Variant.New, Traffic.Live, null), text);

    /// <summary>Shows a text until the source says that a scrape found it.</summary>
    private async Task Shown(string text, double requests)
    {
        _service.Show(text);
        await Until(Requests, scrape => scrape.Points.Any(scraped => scraped.Point.Value == requests));
    }

    private Task Until(
        SourceQuery query, Func<Scrape, bool> so, [CallerArgumentExpression(nameof(so))] string what = "") => Eventually.Until(
        what, () => Ask(query), scrape => scrape.Error is null && so(scrape),
        scrape => $"{scrape.Error}{string.Join(", ", scrape.Points.Select(scraped => scraped.Point.Value))}");

    private Task<Scrape> Ask(SourceQuery query) =>
        new PrometheusClient(_http).Ask($"http://127.0.0.1:{_port}", null, query, TimeSpan.FromSeconds(30), CancellationToken.None);

    private async Task<SourceRound> Round(params SourceQuery[] queries)
    {
        var asked = DateTimeOffset.UtcNow;
        var round = _rounds.Take(await Task.WhenAll(queries.Select(Ask)), asked);
        if (round.Body is not null)
        {
            Assert.Empty(_windows.Add(SampleReader.Read(round.Body, asked).Samples, asked).Rejected);
        }

        return round;
    }

    private Measurement Measure(string metric) => _windows.Observe(
        new RoundQuery(Variant.New, Traffic.Live, DateTimeOffset.UtcNow.AddHours(-1),
            [new MetricQuery("q", metric, Variant.New, Traffic.Live, null, TimeSpan.FromMinutes(10), null, 0, TimeSpan.Zero)]),
        null, DateTimeOffset.UtcNow.AddSeconds(30), 1000)[^1].Readings[0].Measured;

    private async Task Run() => _prometheus = await Program.Start(
        "prometheus", "Server is ready to receive web requests", $"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/data",
        $"--web.listen-address=127.0.0.1:{_port}");

    private async Task Stop()
    {
        if (_prometheus is not null)
        {
            await _prometheus.DisposeAsync();
            _prometheus = null;
        }
    }
}
