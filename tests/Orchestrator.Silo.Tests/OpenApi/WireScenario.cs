using System.Collections.Concurrent;
using System.Text.Json;
using Orchestrator.Api.Client;
using Orchestrator.Silo.Tests.Notifications;
using Orchestrator.Silo.Tests.Show;
using Orchestrator.Silo.Tests.Sources;
using Orchestrator.Testing;

namespace Orchestrator.Silo.Tests.OpenApi;

/// <summary>A day of a rollout in which the typed client calls every operation of a real silo.</summary>
public sealed class WireScenario : IAsyncLifetime
{
    private const string Plan = """
        plan: checkout
        title: The new checkout
        flag: useNewCheckout
        segments:
          beta: { title: Beta users, any: [ { attribute: internal, equals: true }, { optedIn: true } ] }
          eu: { title: Europe, any: [ { attribute: region, equals: eu } ] }
        metrics:
          error_rate: { ratio: errors / requests, title: Errors, tier: primary, baseline: legacy, target: < 1% }
        triggers:
          - { name: error-rate-spike, when: error_rate > 5%, for: 1m, action: rollback }
          - { name: checkout-down, when: alert(CheckoutDown), action: notify }
          - { name: beta-errors, when: error_rate in beta > 20%, action: rollback-segment, segments: [beta] }
        approvals: { roles: [product, engineering], quorum: 1 }
        environments:
          staging: { flags: { useNewCheckout: false } }
        phases:
          - name: gradual
            flags: { checkoutLogging: verbose }
            objectives: [ { name: docs, title: Docs are written } ]
            success: [ { name: Error rate, when: error_rate < 1% over 10m } ]
            steps:
              - { name: ten, percentage: 10%, segments: [beta, eu], hold: 10m }
              - { name: all, percentage: 100%, hold: 10m, review: { roles: [product] } }
        """;

    private const string Shop = """
        plan: shop
        title: The new shop
        flag: useShop
        phases: [ { name: all, steps: [ { name: ten, percentage: 10%, hold: 1h }, { name: everyone, percentage: 100%, hold: 1h } ] } ]
        """;

    private const string Otlp = """
        { "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ { "name": "requests", "sum": { "isMonotonic": true,
          "aggregationTemporality": 1, "dataPoints": [ { "asInt": "5", "attributes": [
            { "key": "rollout", "value": { "stringValue": "show-1" } }, { "key": "variant", "value": { "stringValue": "new" } } ] } ] } } ] } ] } ] }
        """;

    private readonly ConcurrentQueue<Exchange> _exchanges = new();
    private readonly List<ApiClient> _clients = [];
    private Driving _driving = null!;
    private Receiver _receiver = null!;

    internal SiloHost Silo => _driving.Silo;

    /// <summary>Everything that was sent and answered, in order.</summary>
    internal IReadOnlyCollection<Exchange> Exchanges => _exchanges;

    /// <summary>The OpenAPI document of the silo.</summary>
    internal JsonElement Document { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _receiver = await Receiver.Start();
        _receiver.Status = 500;
        var plan = $"{Plan}\nchannels: [ {{ name: hook, kind: webhook, target: \"{_receiver.Address}\" }} ]\n";
        _driving = await Driving.Begin(plan, TimeSpan.FromSeconds(15));
        Document = await Silo.As(null).GetAsync("/openapi/v1.json").Json();

        var admin = Client(SiloHost.AdminKey);
        await Plans(admin, plan);
        await Flags(admin);
        await Segments(admin);
        await Forward(admin);
        await Signals(admin);
        await Reads(admin);
        await Decisions(admin, Client((await Silo.NewKey("product")).Text));
        await Amendments(admin, plan);
        await Back(admin);
        await Ends(admin);
        await Keys(admin);
        await Log(admin);
        await Streams(admin, Client((await Silo.NewKey("evaluation", "production")).Text));
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _driving.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private ApiClient Client(string key)
    {
        var client = new ApiClient(new ApiClientOptions
        {
            Servers = [Silo.Address],
            Credential = _ => ValueTask.FromResult<string?>(key),
            Handler = new Recorder(_exchanges),
            Timeout = SiloHost.Patience,
        });
        _clients.Add(client);
        return client;
    }

    /// <summary>The answer, as soon as the node gives one: on a busy machine a silo may say that it is too slow.</summary>
    private static async Task<T> Served<T>(Func<Task<T>> call)
        where T : class =>
        (await Eventually.Until(
            "the node serves the request",
            async () =>
            {
                try
                {
                    return await call();
                }
                catch (OrchestratorApiException busy) when (busy.Status == 503)
                {
                    return null;
                }
            },
            answer => answer is not null))!;

    private static async Task Plans(ApiClient api, string plan)
    {
        Assert.True((await api.Plans.Validate(plan)).Value.Valid);
        Assert.Equal(201, (await api.Plans.Put("shop", Shop)).Status);
        var second = Shop.Replace("10%", "20%", StringComparison.Ordinal);
        Assert.Equal(2, (await api.Plans.Put("shop", second, new() { ExpectedVersion = 1 })).Version);
        await api.Plans.List(new() { Limit = 10 });
        await api.Plans.Put("old", Shop.Replace("plan: shop", "plan: old", StringComparison.Ordinal));
        Assert.Equal(204, (await api.Plans.Archive("old")).Status);
        Assert.Equal("old", Assert.Single((await api.Plans.List(new() { Archived = true })).Value.Plans).Name);
        Assert.Equal("shop", (await api.Plans.Get("shop", new() { Revision = 1 })).Value.Name);
        await api.Plans.Get("checkout");
        Assert.Equal(second, (await api.Plans.GetText("shop")).Value);
        Assert.False((await api.Plans.Compare("shop", new() { From = 1 })).Value.Same);
        Assert.Null((await api.Plans.CompareText("shop", Shop, new() { With = 2 })).Value.To.Revision);
        await api.Plans.Preview("shop");
        await api.Plans.PreviewText(Shop, new() { Start = Driving.Began });
        var weather = await api.Plans.Weather("checkout", new() { Step = "ten", Metric = "error_rate", Value = "8%" });
        Assert.NotEmpty(weather.Value.Fired);
        await api.Plans.WeatherOfText(plan, new() { Step = "ten", Metric = "error_rate", Value = "8%" });
        await using var history = await HistoryServer.Start(2);
        await api.Plans.Put("history", BacktestTests.Plan(history.Url).Replace("plan: shop", "plan: history", StringComparison.Ordinal));
        Assert.NotEmpty((await api.Plans.Backtest("history", new() { Days = 1, Step = "15m" })).Value.Power);
        await api.Plans.ApplyFlags("checkout");
        Assert.True((await api.Plans.Verify("checkout")).Value.Intact);
        Assert.False((await api.Plans.TestChannel("checkout", "hook")).Value.Accepted);
    }

    private static async Task Flags(ApiClient api)
    {
        await api.Environments.SetFlag("production", "banner/top", new() { Value = JsonSerializer.SerializeToElement("hello") });
        Assert.Equal("hello", (await api.Environments.Flag("production", "banner/top")).Value.Value.GetString());
        await api.Environments.Flags("production", new() { Limit = 10 });
        await api.Environments.StopTheLine("production", new() { Reason = "the day of the audit" });
        await api.Environments.List();
        await api.Environments.Get("production");
        await api.Environments.ResumeTheLine("production", new() { Reason = "the audit is over" });
        Assert.True((await api.Environments.Verify("production")).Value.Intact);
        Assert.Equal(204, (await api.Environments.RemoveFlag("production", "banner/top")).Status);
    }

    private static async Task Segments(ApiClient api)
    {
        var rule = JsonDocument.Parse("""{ "title": "Friends", "any": [ { "attribute": "tier", "equals": "gold" }, { "optedIn": true } ] }""");
        Assert.True((await api.Segments.Check("production", "friends", rule.RootElement)).Value.Changed);
        await api.Segments.Define("production", "friends", rule.RootElement);
        Assert.Equal(2, (await api.Segments.ChangeMembers("production", "friends", new() { Add = ["ann", "ben"] })).Value.Changed?.Added);
        await api.Segments.List("production");
        await api.Segments.Get("production", "friends");
        var context = JsonDocument.Parse("""{ "targetingKey": "ann", "region": "eu" }""").RootElement;
        Assert.True((await api.Segments.Route("production", "friends", new() { Context = context })).Value.Belongs);
        Assert.True((await api.Segments.Verify("production", "friends")).Value.Intact);
    }

    private async Task Forward(ApiClient api)
    {
        Assert.Equal(201, (await api.Rollouts.Create(new() { Id = "r2", Plan = "checkout", Environment = "staging" })).Status);
        Assert.Equal(200, (await api.Rollouts.Create(new() { Id = "r2", Plan = "checkout", Environment = "staging" })).Status);
        Assert.Equal("running", (await api.Rollouts.Start(Driving.Id, new() { Reason = "go" })).Value.Status);
        await _driving.Keep(TimeSpan.FromMinutes(2), new Measured { Errors = 20 });
        await api.Rollouts.Pause(Driving.Id, new() { Reason = "lunch" });
        await api.Rollouts.Resume(Driving.Id, new() { Reason = "lunch is over" });
        await api.Rollouts.CompleteObjective(Driving.Id, new() { Objective = "docs" });
    }

    private async Task Signals(ApiClient api)
    {
        var sample = new Sample { Variant = "new", Counters = new Dictionary<string, long> { ["requests"] = 1000, ["errors"] = 1 } };
        Assert.Equal(1, (await api.Ingest.Push(Driving.Id, new() { Samples = [sample] })).Value.Accepted);
        var alert = new AlertInstance { Status = "firing", Labels = new Dictionary<string, string> { ["alertname"] = "CheckoutDown" } };
        Assert.Equal(1, (await api.Ingest.Alerts(Driving.Id, new() { Version = "4", Status = "firing", Alerts = [alert] })).Value.Read);
        await api.Ingest.Export(Driving.Id, JsonDocument.Parse(Otlp).RootElement);
        await api.Ingest.ExportAll(JsonDocument.Parse(Otlp).RootElement);
        Assert.True((await api.Rollouts.Feedback(Driving.Id, new() { Kind = "slow", Count = 2 })).Value.Accepted);
        await _driving.Round();
    }

    private static async Task Reads(ApiClient api)
    {
        await api.Rollouts.List(new() { Environment = "production" });
        await api.Rollouts.Get(Driving.Id);
        await api.Rollouts.Get(Driving.Id, new() { Version = 2 });
        Assert.NotEmpty((await Served(() => api.Rollouts.Metrics(Driving.Id))).Value.Metrics);
        Assert.NotEmpty((await Served(() => api.Rollouts.Series(Driving.Id, new() { Metric = "error_rate" }))).Value.Series);
        await api.Rollouts.Sources(Driving.Id);
        await api.Rollouts.Schedule(Driving.Id);
        await api.Rollouts.Events(Driving.Id, new() { Limit = 3 });
        await api.Rollouts.History(Driving.Id, new() { Limit = 5 });
        Assert.Contains("version", (await api.Rollouts.HistoryFile(Driving.Id, "csv")).Value, StringComparison.Ordinal);
        Assert.StartsWith("# ", (await api.Rollouts.HistoryFile(Driving.Id, "markdown")).Value, StringComparison.Ordinal);
        Assert.StartsWith("{", (await api.Rollouts.HistoryFile(Driving.Id, "ndjson")).Value, StringComparison.Ordinal);
        await api.Environments.FlagsInForce("production");
        var context = JsonDocument.Parse("""{ "targetingKey": "ann", "internal": true }""").RootElement;
        Assert.Equal("new", (await api.Environments.Explain("production", new() { Flag = "useNewCheckout", Context = context })).Value.Variant);
        var then = new ExplainRequest { Flag = "useNewCheckout", Context = context, At = Driving.Began };
        Assert.True((await api.Environments.Explain("production", then)).Value.Position > 0);
        var journey = (await api.Environments.Journey("production", new() { Flag = "useNewCheckout", Context = context })).Value;
        Assert.Equal(("new", "StepStarted"), (journey.Intervals[^1].Variant, journey.Intervals[^1].Began.Type));
        Assert.Equal(
            "new", (await api.Segments.Route("production", "beta", new() { Flag = "useNewCheckout", Context = context })).Value.Variant);
        var asked = (await api.Rollouts.AskWhatIf(Driving.Id, new() { Revision = 1, Last = 2 })).Value;
        await Eventually.Until("the what-if is done", async () => (await api.Rollouts.WhatIf(asked.Id)).Value.State == "done");
        await api.Rollouts.CancelWhatIf(asked.Id);
        Assert.True((await api.Rollouts.Verify(Driving.Id)).Value.Intact);
        await api.Nodes.List();
        await api.Nodes.This();
    }

    private async Task Decisions(ApiClient api, ApiClient product)
    {
        await api.Rollouts.Advance(Driving.Id, new() { Override = true, Reason = "the numbers are old" });
        await _driving.Round();
        await product.Rollouts.Reject(Driving.Id, new() { Review = await Open(), Reason = "not today" });

        // By a person whose key did not make the one that approves.
        await _driving.Ask("advance", new { @override = true, reason = "the numbers are old, and support agrees" });
        var review = await Open();
        await api.Attention.List();
        var details = await product.Rollouts.Review(Driving.Id, review);
        Assert.Equal(review, details.Value.Review.Id);
        await product.Rollouts.Approve(Driving.Id, new() { Review = review, EvidenceHash = details.Value.Evidence.Hash });
        await _driving.Round();
        Assert.Equal("ten", (await api.Rollouts.StepBack(Driving.Id, new() { Reason = "too fast" })).Value.Step);
        await _driving.Round();

        // A review of a step that was left is over.
        await product.Rollouts.Review(Driving.Id, review);

        async Task<string> Open() => (await api.Rollouts.Get(Driving.Id)).Value.Reviews.Last(one => one.State == "open").Id;
    }

    private async Task Amendments(ApiClient api, string plan)
    {
        var stricter = plan.Replace("error_rate > 5%", "error_rate > 4%", StringComparison.Ordinal);
        var looser = plan.Replace("error_rate > 5%", "error_rate > 6%", StringComparison.Ordinal);
        await api.Plans.Put("checkout", stricter);
        Assert.True((await api.Rollouts.Amendment(Driving.Id, new() { Revision = 2 })).Value.Allowed);
        Assert.True((await api.Rollouts.AmendmentByText(Driving.Id, looser)).Value.NeedsSecondPerson);
        Assert.Equal(200, (await api.Rollouts.Amend(Driving.Id, new() { Revision = 2, Reason = "more time" })).Status);
        var dry = new RawRequest(HttpMethod.Post, $"/api/v1/rollouts/{Driving.Id}/amend") { Body = """{ "revision": 1, "dryRun": true }"""u8.ToArray() };
        Assert.True((await api.Send(dry)).IsSuccess);
        await api.Plans.Put("checkout", looser);
        Assert.Equal(202, (await api.Rollouts.Amend(Driving.Id, new() { Revision = 3, Reason = "it is noisy" })).Status);
        await _driving.Round();
        await api.Rollouts.Get(Driving.Id);
    }

    private async Task Back(ApiClient api)
    {
        await api.Rollouts.Rollback(Driving.Id, new() { Reason = "beta users complain", Segments = ["beta"] });
        await api.Rollouts.KeepBack(Driving.Id, new() { Reason = "they wait for the next one", Segments = ["beta"] });
        await api.Rollouts.Rollback(Driving.Id, new() { Reason = "Europe is slow", Segments = ["eu"] });
        await api.Rollouts.Restore(Driving.Id, new() { Reason = "fixed", Segments = ["eu"] });
        await api.Rollouts.PreviewRollback(Driving.Id);
        var back = await api.Rollouts.Rollback(Driving.Id, new() { Reason = "payments fail" });
        Assert.Equal("rolledBack", back.Value.Rollout?.Status);
        var incidents = (await api.Incidents.List(new() { Rollout = Driving.Id })).Value.Incidents;
        await api.Attention.List();
        await api.Rollouts.List();
        await api.Incidents.Acknowledge(incidents[0].Id, new() { Reason = "looking" });
        await api.Incidents.Get(incidents[0].Id);
        await api.Incidents.Events(incidents[0].Id);
        await api.Incidents.Notifications(incidents[0].Id);
        await api.Incidents.Resolve(incidents[0].Id, new() { Reason = "legacy is healthy" });
        await _driving.Pass(TimeSpan.FromMinutes(1));
        var kept = (await Silo.Admin.NotificationsWhen("pending", found => found.Length > 0))[0];
        await api.Notifications.List(new() { State = "pending" });
        Assert.Equal(204, (await api.Notifications.Retry(kept.GetProperty("id").GetString()!)).Status);
        await api.Rollouts.PreviewRollback(Driving.Id);
        await api.Rollouts.Restore(Driving.Id, new() { Reason = "payments work" });
        await api.Rollouts.Confirm(Driving.Id, new() { Reason = "looked at it" });
        await _driving.Keep(TimeSpan.FromMinutes(1), new Measured());
        await api.Rollouts.Get(Driving.Id);
        await api.Rollouts.History(Driving.Id);
    }

    private static async Task Ends(ApiClient api)
    {
        await api.Rollouts.Start("r2");
        await api.Rollouts.Abort("r2", new() { Reason = "no longer wanted" });
        var value = JsonSerializer.SerializeToElement(false);
        Assert.Equal("retired", (await api.Rollouts.Retire("r2", new() { Reason = "gone from the code", Value = value })).Value.Status);
        await api.Rollouts.Retrospective(Driving.Id);
        await api.Rollouts.Retrospective("r2");
        await api.Rollouts.Comparison(Driving.Id);
        await api.Rollouts.Comparison("r2", new RolloutComparisonQuery { Last = 2, By = "flag" });
        Assert.StartsWith("# ", (await api.Rollouts.ComparisonText(Driving.Id, "markdown")).Value, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE", (await api.Rollouts.ComparisonText(Driving.Id, "html")).Value, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("# ", (await api.Rollouts.RetrospectiveText(Driving.Id, "markdown")).Value, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE", (await api.Rollouts.RetrospectiveText(Driving.Id, "html")).Value, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task Keys(ApiClient api)
    {
        Assert.Equal("admin", (await api.Keys.Me()).Value.Role);
        var created = await api.Keys.Create(new() { Name = "checkout service", Role = "ingest", Rollouts = [Driving.Id] });
        Assert.StartsWith("rok_", created.Value.Key, StringComparison.Ordinal);
        await api.Keys.List(new() { Limit = 100 });
        Assert.Equal(204, (await api.Keys.Revoke(created.Value.Id)).Status);
        Assert.True((await api.Keys.Verify()).Value.Intact);
    }

    private async Task Log(ApiClient api)
    {
        using var stranger = Client("rok_unknown_key");
        Assert.Equal("access.unknown_key", (await Assert.ThrowsAsync<OrchestratorApiException>(() => stranger.Keys.Me())).Code);
        await api.Log.Audit(new AuditEventQuery { Limit = 5 });
        var all = await api.Log.Audit(new AuditEventQuery { By = "all", Object = $"rollout/{Driving.Id}", Order = "newest", Limit = 5 });
        Assert.All(all.Value.Done, one => Assert.NotEqual("", one.Text));
        var rollout = new AuditEventQuery { Object = $"rollout/{Driving.Id}" };
        Assert.StartsWith("{\"export\":", (await api.Log.AuditFile("ndjson", rollout)).Value, StringComparison.Ordinal);
        Assert.StartsWith("\"position\"", (await api.Log.AuditFile("csv", rollout)).Value, StringComparison.Ordinal);
        await api.Log.Refusals(new() { Limit = 5 });
        Assert.True((await api.Log.Verify()).Value.Intact);
        Assert.True((await api.Log.VerifyStream(new() { Stream = $"rollout/{Driving.Id}" })).Value.Intact);
        var checkpoint = await api.Log.Checkpoint();
        Assert.True((await api.Log.VerifyCheckpoint(checkpoint.Value)).Value.Intact);
    }

    private static async Task Streams(ApiClient api, ApiClient service)
    {
        await foreach (var one in api.Events.Follow(new() { After = 0 }))
        {
            Assert.True(one.Position > 0);
            break;
        }

        Assert.Equal(1, await api.Events.All(Driving.Id).Select(one => one.Version).FirstAsync());
        await service.Table.Get();
        await foreach (var change in service.Table.Changes())
        {
            Assert.Contains("-", change, StringComparison.Ordinal);
            break;
        }
    }
}
