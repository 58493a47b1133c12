using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Client.AspNetCore;
using Orchestrator.Client.Registration;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Client.Tests;

/// <summary>An ASP.NET Core service that reports to a real silo.</summary>
public sealed class MetricsTests
{
    private const string Flag = "useNewCheckout";

    [Fact]
    public async Task Service_that_fails_on_new_is_rolled_back_with_two_lines()
    {
        await using var silo = await SiloHost.Start();
        await silo.Guarded();
        var wire = new PushWire();
        await using var app =
            await Start(silo, wire, http => http.Routed(Flag).IsNew ? throw new InvalidOperationException("new is broken") : Task.CompletedTask);
        var router = app.Services.GetRequiredService<IRolloutRouter>();
        await Eventually.Until(() => router.Route(Flag, "user").IsNew);
        using var browser = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        await Eventually.Until("the trigger takes the users back", async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var answer = await browser.GetAsync($"/?user=user-{i}");
                Assert.Contains((int)answer.StatusCode, new[] { 200, 500 });
            }

            var pushed = wire.Taken;
            await Eventually.Until(() => wire.Taken > pushed + 1);
            silo.Time.Advance(TimeSpan.FromSeconds(15));
            return !router.Route(Flag, "user").IsNew;
        });

        var rollout = await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json();
        Assert.Equal("rolledBack", rollout.GetProperty("status").GetString());
        Assert.Equal(0, app.Services.GetRequiredService<IRolloutMetrics>().Lost);
    }

    [Fact]
    public async Task Batch_whose_answer_was_lost_is_sent_again_as_it_was()
    {
        await using var silo = await SiloHost.Start();
        await silo.Guarded();
        var wire = new PushWire { LoseAnswers = 2 };
        await using var app = await Start(silo, wire, _ => Task.CompletedTask);

        await Eventually.Until(() => wire.Taken > 2);

        Assert.Equal(wire.Bodies[0], wire.Bodies[1]);
        Assert.Equal(wire.Bodies[0], wire.Bodies[2]);
        Assert.NotEqual(wire.Bodies[2], wire.Bodies[3]);
        var sample = System.Text.Json.JsonElement.Parse(wire.Bodies[0]).GetProperty("samples").EnumerateArray().ToArray();
        Assert.Equal(["legacy", "new"], sample.Select(one => one.GetProperty("variant").GetString()).Order());
        Assert.All(sample, one => Assert.Equal(0, one.GetProperty("counters").GetProperty("errors").GetInt64()));
    }

    [Fact]
    public async Task Plan_that_requires_signatures_accepts_signed_pushes_and_their_repetition()
    {
        await using var silo = await SiloHost.Start();
        await silo.Guarded(more: "signals: { signed: true }");
        var wire = new PushWire { LoseAnswers = 1 };
        await using var app = await Start(silo, wire, _ => Task.CompletedTask, signed: true);

        await Eventually.Until(() => wire.Taken > 1);

        // The first was taken and its answer was lost: the same batch again, with another signature.
        Assert.Equal(wire.Bodies[0], wire.Bodies[1]);
        Assert.Equal(0, app.Services.GetRequiredService<IRolloutMetrics>().Lost);
    }

    [Theory]
    [InlineData("rok_0123456789", "rok_key", "IngestSecret must be the signing secret of the ingest key")]
    [InlineData("whsec_AAAA", "rok_key", "IngestSecret must be the signing secret of the ingest key")]
    [InlineData("whsec_no base64", "rok_key", "IngestSecret must be the signing secret of the ingest key")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", null, "IngestSecret signs the pushes of IngestKey")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "rok_key", null)]
    public void Secret_that_cannot_sign_ends_the_start(string secret, string? key, string? error)
    {
        var options = new OrchestratorOptions { Url = new Uri("http://x"), Key = "k", IngestKey = key, IngestSecret = secret };
        var result = new OrchestratorOptionsValidator().Validate(null, options);
        if (error is null)
        {
            Assert.True(result.Succeeded);
            return;
        }

        Assert.Contains(error, Assert.Single(result.Failures!), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exposure_counts_a_user_once_and_each_segment_has_its_requests()
    {
        var holder = HotPathTests.Holder(TimeProvider.System, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 0) with { Included = ["beta"] });
        var (router, meters) = (new Table.TableRouter(holder), new Metrics.Meters(holder, counts: true));
        var user = new RolloutUser("ada").With("group", "beta");
        var answer = router.Route("flag", user);
        for (var i = 0; i < 5; i++)
        {
            meters.Exposure(answer, user);
            meters.Request(answer, router.SegmentOf("flag", user), TimeSpan.FromMilliseconds(165), failed: i == 0, status: 503);
        }

        var counted = meters.Take()["r1"].ToDictionary(one => one.Key.Segment ?? "", one => one.Meter.Take());

        Assert.Equal(1, counted[""].Counters["exposures"]);
        Assert.Equal((5, 1, 5), (counted["beta"].Counters["requests"], counted["beta"].Counters["errors"], counted["beta"].Counters["http_5xx"]));
        Assert.Equal([165], counted["beta"].Histograms["response_time"].Bounds);
        Assert.Equal([5, 0], counted["beta"].Histograms["response_time"].Counts);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Who_hangs_up_has_seen_no_error(bool hungUp, int errors)
    {
        var holder = HotPathTests.Holder(TimeProvider.System, TimeSpan.FromHours(1), HotPathTests.Split("9f3b2c71", 0));
        var meters = new Metrics.Meters(holder, counts: true);
        await using var services = new ServiceCollection()
            .AddSingleton<IRolloutRouter>(new Table.TableRouter(holder)).AddSingleton<IRolloutMetrics>(meters)
            .AddSingleton(TimeProvider.System).BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseRolloutMetrics("flag", _ => new RolloutUser("ada"));
        app.Run(_ => throw new OperationCanceledException());

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => app.Build()(new DefaultHttpContext { RequestAborted = new CancellationToken(hungUp) }));

        var counted = meters.Take()["r1"].Single(one => one.Key is { Variant: RouteVariant.Legacy, Segment: null }).Meter.Take().Counters;
        Assert.Equal((1, errors, errors), (counted["requests"], counted["errors"], counted["http_5xx"]));
    }

    [Fact]
    public async Task Orchestrator_with_a_fast_clock_guards_a_service_without_an_option()
    {
        await using var silo = await SiloHost.Start(settings: "--Orchestrator:Clock:Speed=60");
        await silo.Guarded();
        var wire = new PushWire();
        await using var app = await Start(
            silo, wire, http => http.Routed(Flag).IsNew ? throw new InvalidOperationException("new is broken") : Task.CompletedTask, usual: true);
        var router = app.Services.GetRequiredService<IRolloutRouter>();
        await Eventually.Until(() => router.Route(Flag, "user").IsNew);
        using var browser = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        await Eventually.Until("the trigger takes the users back", async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var answer = await browser.GetAsync($"/?user=user-{i}");
            }

            // Each half second, which is half a minute there.
            var pushed = wire.Taken;
            await Eventually.Until(() => wire.Taken > pushed + 1);
            silo.Time.Advance(TimeSpan.FromSeconds(0.5));
            return !router.Route(Flag, "user").IsNew;
        });

        Assert.Equal("rolledBack", (await silo.Admin.GetAsync("/api/v1/rollouts/r1").Json()).GetProperty("status").GetString());
        Assert.Equal(0, app.Services.GetRequiredService<IRolloutMetrics>().Lost);
    }

    [Fact]
    public async Task Samples_of_a_service_with_a_wrong_clock_are_lost_and_both_sides_say_why()
    {
        // The silo's time is months behind that of this machine.
        await using var silo = await SiloHost.Start();
        await silo.Guarded();
        await using var app = await Start(silo, null, _ => Task.CompletedTask, stamped: true);
        var metrics = app.Services.GetRequiredService<IRolloutMetrics>();

        await Eventually.Until(() => metrics.Lost > 1);

        var pusher = (await silo.Admin.GetAsync("/api/v1/rollouts/r1/sources").Json()).GetProperty("pushers").EnumerateArray().Single();
        Assert.Equal(("ingest", 0), (pusher.GetProperty("name").GetString(), pusher.GetProperty("accepted").GetInt64()));
        Assert.Equal(2, pusher.GetProperty("lastRejection").GetProperty("rejected").GetInt32());
        Assert.Contains("ahead of the orchestrator's clock", pusher.GetProperty("lastRejection").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    internal static async Task<WebApplication> Start(
        SiloHost silo, PushWire? wire, RequestDelegate handler, bool usual = false, bool stamped = false, bool signed = false)
    {
        var key = (await silo.NewKey("evaluation", "production")).Text;
        var ingest = await silo.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "ingest", role = "ingest" }).Json(201);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOrchestrator(options =>
        {
            (options.Url, options.Key, options.IngestKey, options.Handler) = (silo.Address, key, ingest.GetProperty("key").GetString(),
                wire is null ? null : () => new PushWire.End(wire));
            options.IngestSecret = signed ? ingest.GetProperty("signingSecret").GetString() : null;
            if (!usual)
            {
                // The silo's time is the test's.
                (options.PushInterval, options.StampSamples) = (TimeSpan.FromMilliseconds(100), stamped);
            }
        });
        var app = builder.Build();
        app.UseRolloutMetrics(Flag, http => new RolloutUser(http.Request.Query["user"])
            .With("region", http.Request.Query["region"].ToString()).With("internal", http.Request.Query["internal"] == "yes"));
        app.Run(handler);
        await app.StartAsync();
        return app;
    }
}

/// <summary>Sees what is pushed, and can lose answers of a server that has taken it.</summary>
internal sealed class PushWire
{
    private int _taken;
    private volatile string? _problem;

    public int LoseAnswers { get; set; }

    /// <summary>Batches whose answer arrived; fails when the server took less than all of one.</summary>
    public int Taken
    {
        get
        {
            Assert.Null(_problem);
            return Volatile.Read(ref _taken);
        }
    }

    public List<string> Bodies { get; } = [];

    public sealed class End(PushWire wire) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is null)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            wire.Bodies.Add(await request.Content.ReadAsStringAsync(cancellationToken));
            var answer = await base.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if ((int)answer.StatusCode != 202 || !text.Contains("\"rejected\":0", StringComparison.Ordinal))
            {
                wire._problem = $"{(int)answer.StatusCode} {text} for {wire.Bodies[^1]}";
            }

            if (wire.LoseAnswers-- > 0)
            {
                answer.Dispose();
                throw new HttpRequestException("the answer was lost");
            }

            Interlocked.Increment(ref wire._taken);
            return answer;
        }
    }
}
