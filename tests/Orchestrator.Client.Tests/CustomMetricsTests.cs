using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Client.AspNetCore;
using Orchestrator.Client.Metrics;
using Orchestrator.Client.Table;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>Series that a service counts itself.</summary>
public sealed class CustomMetricsTests
{
    private const string Flag = "useNewCheckout";
    private static readonly TableHolder Holder =
        HotPathTests.Holder(TimeProvider.System, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 100_000));

    private readonly Meters _meters = new(Holder, counts: true);
    private readonly RouteResult _answer = new TableRouter(Holder).Route("flag", "ada");

    [Fact]
    public async Task Payments_that_fail_on_new_roll_it_back_though_every_request_succeeds()
    {
        await using var silo = await SiloHost.Start();
        await silo.Guarded("payment_failures: { ratio: payments_failed / payments }", "payment_failures > 20%");
        var wire = new PushWire();
        IRolloutMetrics? metrics = null;
        await using var app = await MetricsTests.Start(silo, wire, http =>
        {
            var answer = http.Routed(Flag);
            metrics!.Count(answer, null, "payments_failed", answer.IsNew ? 1 : 0);
            metrics.Count(answer, null, "payments");
            return Task.CompletedTask;
        });
        metrics = app.Services.GetRequiredService<IRolloutMetrics>();
        metrics.Watch(Flag, "payments", "payments_failed");
        var router = app.Services.GetRequiredService<IRolloutRouter>();
        await Eventually.Until(() => router.Route(Flag, "user").IsNew);
        using var browser = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        await Eventually.Until("the trigger takes the users back", async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var answer = await browser.GetAsync($"/?user=user-{i}");
                Assert.Equal(200, (int)answer.StatusCode);
            }

            var pushed = wire.Taken;
            await Eventually.Until(() => wire.Taken > pushed + 1);
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            return !router.Route(Flag, "user").IsNew;
        });

        var rollout = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal("rolledBack", rollout.GetProperty("status").GetString());
        Assert.Equal(0, metrics.Lost);
    }

    [Fact]
    public async Task Plan_of_the_sample_is_one_without_a_warning()
    {
        await using var silo = await SiloHost.Start();
        var plan = await File.ReadAllTextAsync(Path.Combine(Folder(), "../../samples/plans/payment-metrics.yaml"), TestContext.Current.CancellationToken);

        var told = await silo.Admin.PostAsync("/api/v1/plans/validate", Answers.Text(plan, "application/yaml")).Json();

        Assert.Empty(told.TryGetProperty("warnings", out var warnings) ? warnings.EnumerateArray() : []);
    }

    [Fact]
    public void Each_variant_and_segment_has_its_own()
    {
        _meters.Count(_answer, "beta", "payments", 3);
        _meters.Count(_answer, "beta", "payments");
        _meters.Gauge(_answer, "beta", "queue", 7);
        _meters.Gauge(_answer, "beta", "queue", 5);
        _meters.Observe(_answer, "beta", "booking_time", 20.2);
        _meters.Observe(_answer, null, "booking_time", 300);

        var taken = Take();

        Assert.Equal(4, taken["beta"].Counters["payments"]);
        Assert.Equal(5, taken["beta"].Gauges["queue"]);
        Assert.Equal([20.25], taken["beta"].Histograms["booking_time"].Bounds);
        Assert.Equal([300], taken[""].Histograms["booking_time"].Bounds);
    }

    [Fact]
    public void Counters_tell_zeros_and_a_level_that_is_not_set_again_tells_nothing()
    {
        _meters.Watch("flag", "payments_failed");
        _meters.Gauge(_answer, null, "queue", 7);
        _meters.Count(_answer, "beta", "payments");

        var (first, second) = (Variants(), Variants());

        Assert.Equal((0, 0), (first[RouteVariant.Legacy].Counters["payments_failed"], first[RouteVariant.New].Counters["payments_failed"]));
        Assert.Equal((0, 0), (first[RouteVariant.Legacy].Counters["payments"], second[RouteVariant.New].Counters["payments"]));
        Assert.Equal(7, first[RouteVariant.New].Gauges["queue"]);
        Assert.Empty(second[RouteVariant.New].Gauges);
        Assert.Empty(second[RouteVariant.New].Histograms);

        Dictionary<RouteVariant, Counted> Variants() => _meters.Take()["r1"].Where(one => one.Key.Segment is null)
            .ToDictionary(one => one.Key.Variant, one => one.Meter.Take());
    }

    [Theory]
    [InlineData("requests", "the client reports a series of that name itself")]
    [InlineData("response_time", "the client reports a series of that name itself")]
    [InlineData("memory", "the client reports a series of that name itself")]
    [InlineData("payments failed", "a name has up to 128")]
    [InlineData("", "a name has up to 128")]
    [InlineData(null, "a name has up to 128")]
    [InlineData("\ud800", "a name has up to 128")]
    public void Name_that_would_spoil_the_sample_is_left_out_and_said_once(string? name, string why)
    {
        for (var i = 0; i < 3; i++)
        {
            _meters.Count(_answer, null, name!);
            _meters.Observe(_answer, null, name!, 1);
            _meters.Gauge(_answer, null, name!, 1);
        }

        Assert.Contains(why, Assert.Single(_meters.Custom.TakeRefusals()), StringComparison.Ordinal);
        var counted = Assert.Single(Take().Values);
        Assert.Equal(["errors", "exposures", "http_5xx", "requests"], counted.Counters.Keys.Order());
        Assert.Empty(counted.Gauges);
        Assert.Empty(counted.Histograms);
    }

    [Fact]
    public void Number_that_no_sample_can_carry_is_left_out_and_said_once()
    {
        _meters.Count(_answer, null, "payments", -1);
        _meters.Count(_answer, null, "payments", long.MaxValue);
        _meters.Count(_answer, null, "payments", 2);
        _meters.Gauge(_answer, null, "queue", double.NaN);
        _meters.Observe(_answer, null, "booking_time", double.PositiveInfinity);

        Assert.Equal(3, _meters.Custom.TakeRefusals().Count());
        var counted = Assert.Single(Take().Values);
        Assert.Equal(2, counted.Counters["payments"]);
        Assert.Empty(counted.Gauges);
        Assert.Empty(counted.Histograms);
    }

    [Fact]
    public void Counter_above_what_a_sample_may_carry_is_cut_and_spoils_no_sample()
    {
        _meters.Count(_answer, null, "bytes", 1_000_000_000_000_000);
        _meters.Count(_answer, null, "bytes", 1_000_000_000_000_000);

        Assert.Equal(1_000_000_000_000_000, Assert.Single(Take().Values).Counters["bytes"]);
    }

    [Fact]
    public void The_51st_name_is_left_out()
    {
        for (var i = 0; i < 60; i++)
        {
            _meters.Count(_answer, null, $"series-{i}");
        }

        Assert.Equal(10, _meters.Custom.TakeRefusals().Count());
        Assert.Equal(4 + CustomSeries.Most, Assert.Single(Take().Values).Counters.Count);
    }

    [Fact]
    public void Values_of_too_many_segments_are_observed_for_no_segment()
    {
        for (var i = 0; i < 40; i++)
        {
            for (var name = 0; name < 30; name++)
            {
                _meters.Observe(_answer, $"s{i}", $"series-{name}", 1);
            }
        }

        var taken = Take();
        Assert.Equal(1000, taken.Where(one => one.Key.Length > 0).Sum(one => one.Value.Histograms.Count));
        Assert.Equal(200, taken[""].Histograms.Values.Sum(one => one.Counts.Sum()));
    }

    [Fact]
    public void Largest_sample_is_one_that_the_orchestrator_takes()
    {
        foreach (var name in Enumerable.Range(0, CustomSeries.Most).Select(i => new string('n', 125) + i))
        {
            for (var i = 0; i < Buckets.Most; i++)
            {
                // Near zero a bound has the most digits.
                _meters.Observe(_answer, null, name, Math.Pow(2, -20 + (i / 128.0)));
            }

            _meters.Count(_answer, null, name, 999_999_999_999_999);
            _meters.Gauge(_answer, null, name, -Math.PI * 1e-200);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new { samples = new[] { Assert.Single(Take().Values) } }, JsonSerializerOptions.Web);

        // Each count may have 15 digits instead of one.
        Assert.InRange(body.Length + ((CustomSeries.Most + 1) * Buckets.Most * 14), 500_000, 1024 * 1024);
    }

    [Fact]
    public void Samples_that_fill_a_body_go_into_another_and_what_is_too_much_is_given_up()
    {
        var waiting = new PendingBatches();
        waiting.Add("r1", 1, Enumerable.Repeat(new WrittenSample(new byte[100_000], 1), 7));

        Assert.Equal(5, waiting.Oldest!.Samples);
        Assert.InRange(waiting.Oldest.Body.Length, 500_000, PendingBatches.LongestBody + 100);
        waiting.Remove();
        Assert.Equal(2, waiting.Oldest!.Samples);
        Assert.Equal(0, waiting.GiveUp(1));

        for (var i = 0; i < 100; i++)
        {
            waiting.Add("r1", 2, [new WrittenSample(new byte[500_000], 1)]);
        }

        // 32 MiB hold 67 of them; the two of before went first.
        Assert.Equal(2 + 33, waiting.GiveUp(2));
        Assert.Equal(67, waiting.GiveUp(43));
        Assert.Null(waiting.Oldest);
    }

    [Fact]
    public void Samples_of_many_segments_go_into_another_body_before_their_readings_are_too_many()
    {
        var waiting = new PendingBatches();
        waiting.Add("r1", 1, Enumerable.Repeat(new WrittenSample([], 33 * 9), 250));

        Assert.Equal(PendingBatches.MostReadings / (33 * 9), waiting.Oldest!.Samples);
        waiting.Remove();
        waiting.Remove();
        Assert.Equal(250 % (PendingBatches.MostReadings / (33 * 9)), waiting.Oldest!.Samples);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private Dictionary<string, Counted> Take() => _meters.Take()["r1"].ToDictionary(one => one.Key.Segment ?? "", one => one.Meter.Take());
}
