namespace Orchestrator.Api.Client;

/// <summary>Plans: validate, store by revision, read, compare, preview.</summary>
public sealed partial class PlanApi
{
    private readonly Transport _transport;

    internal PlanApi(Transport transport) => _transport = transport;

    /// <summary>List the newest revisions of all plans, by name.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/plans", Query = typeof(PlanQuery), Answer = typeof(PlanList))]
    public Task<Answer<PlanList>> List(PlanQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/plans", query, WireJson.Default.PlanList, stop);

    /// <summary>Get a revision of a plan.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/plans/{name}", Query = typeof(RevisionQuery), Answer = typeof(PlanDetails))]
    public Task<Answer<PlanDetails>> Get(string name, RevisionQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/plans/{name}", query, WireJson.Default.PlanDetails, stop);

    /// <summary>Store a plan; the same content makes no new revision.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="text">Plan in YAML or JSON.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("PUT", "/api/v1/plans/{name}", TakesPlan = true, Answer = typeof(StoredPlan), OtherStatus = 201, IsCommand = true)]
    public Task<Answer<StoredPlan>> Put(string name, string text, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(HttpMethod.Put, $"/api/v1/plans/{name}", Content.Plan(text), options, WireJson.Default.StoredPlan, stop);

    /// <summary>Archive a plan: no new rollout is made of it. Its rollouts and revisions stay.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("DELETE", "/api/v1/plans/{name}", Status = 204, IsCommand = true)]
    public Task<Answer> Archive(string name, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(HttpMethod.Delete, $"/api/v1/plans/{name}", null, options, stop);

    /// <summary>Validate a plan without storing it.</summary>
    /// <param name="text">Plan in YAML or JSON.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/plans/validate", TakesPlan = true, Answer = typeof(PlanValidation))]
    public Task<Answer<PlanValidation>> Validate(string text, CancellationToken stop = default) =>
        _transport.Ask("/api/v1/plans/validate", null, Content.Plan(text), WireJson.Default.PlanValidation, stop);

    /// <summary>Compare two revisions of a plan in sentences.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/plans/{name}/compare", Query = typeof(ComparisonQuery), Answer = typeof(PlanComparison))]
    public Task<Answer<PlanComparison>> Compare(string name, ComparisonQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/plans/{name}/compare", query, WireJson.Default.PlanComparison, stop);

    /// <summary>Compare a plan with a stored revision in sentences, without storing it.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="text">Plan in YAML or JSON.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/plans/{name}/compare", TakesPlan = true, Query = typeof(CompareTextQuery), Answer = typeof(PlanComparison))]
    public Task<Answer<PlanComparison>> CompareText(
        string name, string text, CompareTextQuery? query = null, CancellationToken stop = default) =>
        _transport.Ask($"/api/v1/plans/{name}/compare", query, Content.Plan(text), WireJson.Default.PlanComparison, stop);

    /// <summary>Get the earliest dates of each step of a plan.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/plans/{name}/preview", Query = typeof(PlanPreviewQuery), Answer = typeof(PlanSchedule))]
    public Task<Answer<PlanSchedule>> Preview(string name, PlanPreviewQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/plans/{name}/preview", query, WireJson.Default.PlanSchedule, stop);

    /// <summary>Get the earliest dates of each step of a plan that is not stored.</summary>
    /// <param name="text">Plan in YAML or JSON.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/plans/preview", TakesPlan = true, Query = typeof(StartQuery), Answer = typeof(PlanSchedule))]
    public Task<Answer<PlanSchedule>> PreviewText(string text, StartQuery? query = null, CancellationToken stop = default) =>
        _transport.Ask("/api/v1/plans/preview", query, Content.Plan(text), WireJson.Default.PlanSchedule, stop);

    /// <summary>Simulate a bad value of a metric from the begin of a step on.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/plans/{name}/weather", Query = typeof(WeatherQuery), Answer = typeof(BadWeather))]
    public Task<Answer<BadWeather>> Weather(string name, WeatherQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/plans/{name}/weather", query, WireJson.Default.BadWeather, stop);

    /// <summary>Simulate a bad value of a metric in a plan that is not stored.</summary>
    /// <param name="text">Plan in YAML or JSON.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/plans/weather", TakesPlan = true, Query = typeof(WeatherTextQuery), Answer = typeof(BadWeather))]
    public Task<Answer<BadWeather>> WeatherOfText(string text, WeatherTextQuery? query = null, CancellationToken stop = default) =>
        _transport.Ask("/api/v1/plans/weather", query, Content.Plan(text), WireJson.Default.BadWeather, stop);

    /// <summary>
    /// Test the triggers and criteria of a plan on the history in Prometheus. A month takes up to some minutes: give the client a longer
    /// timeout.
    /// </summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="query">Query; null for the usual one.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/plans/{name}/backtest", Query = typeof(BacktestQuery), Answer = typeof(Backtest))]
    public Task<Answer<Backtest>> Backtest(string name, BacktestQuery? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/plans/{name}/backtest", query, WireJson.Default.Backtest, stop);

    /// <summary>Set the static flags of the plan's environments block.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/plans/{name}/flags", Body = typeof(Empty), Answer = typeof(AppliedFlags), IsCommand = true)]
    public Task<Answer<AppliedFlags>> ApplyFlags(
        string name, Empty? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/plans/{name}/flags", Content.Of(body ?? new(), WireJson.Default.Empty), options,
            WireJson.Default.AppliedFlags, stop);

    /// <summary>Verify the hash chain of its events.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/plans/{name}/verify", Answer = typeof(StreamVerification))]
    public Task<Answer<StreamVerification>> Verify(string name, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/plans/{name}/verify", null, WireJson.Default.StreamVerification, stop);

    /// <summary>Test a channel of the newest revision of a plan.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="channel">Name of the channel.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/plans/{name}/channels/{channel}/test", Answer = typeof(ChannelTest))]
    public Task<Answer<ChannelTest>> TestChannel(string name, string channel, CancellationToken stop = default) =>
        _transport.Ask(
            $"/api/v1/plans/{name}/channels/{channel}/test", null, null, WireJson.Default.ChannelTest, stop, repeatable: false);
}
