namespace Orchestrator.Api.Client;

/// <summary>Environments: static flags, flags in force, the line, and the variant of one user.</summary>
public sealed partial class EnvironmentApi
{
    private readonly Transport _transport;

    internal EnvironmentApi(Transport transport) => _transport = transport;

    /// <summary>List environments with static flags or a stopped line, by name.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/environments", Query = typeof(Page), Answer = typeof(EnvironmentList))]
    public Task<Answer<EnvironmentList>> List(Page? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/environments", query, WireJson.Default.EnvironmentList, stop);

    /// <summary>Get an environment: number of flags, and the stop of its line.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/environments/{environment}", Answer = typeof(EnvironmentState))]
    public Task<Answer<EnvironmentState>> Get(string environment, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/environments/{environment}", null, WireJson.Default.EnvironmentState, stop);

    /// <summary>List the static flags of an environment, by key.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/environments/{environment}/flags", Query = typeof(Page), Answer = typeof(FlagList))]
    public Task<Answer<FlagList>> Flags(string environment, Page? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/environments/{environment}/flags", query, WireJson.Default.FlagList, stop);

    /// <summary>Get a static flag.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/environments/{environment}/flags/{key}", Answer = typeof(Flag))]
    public Task<Answer<Flag>> Flag(string environment, string key, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/environments/{environment}/flags/{key}", null, WireJson.Default.Flag, stop);

    /// <summary>Set a static flag.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "PUT", "/api/v1/environments/{environment}/flags/{key}", Body = typeof(FlagValue), Answer = typeof(Flag), IsCommand = true)]
    public Task<Answer<Flag>> SetFlag(
        string environment, string key, FlagValue body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Put, $"/api/v1/environments/{environment}/flags/{key}", Content.Of(body, WireJson.Default.FlagValue), options,
            WireJson.Default.Flag, stop);

    /// <summary>Remove a static flag.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("DELETE", "/api/v1/environments/{environment}/flags/{key}", Status = 204, IsCommand = true)]
    public Task<Answer> RemoveFlag(string environment, string key, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(HttpMethod.Delete, $"/api/v1/environments/{environment}/flags/{key}", null, options, stop);

    /// <summary>List the flags in force: the decision about each, users on new, and counted answers.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/environments/{environment}/in-force", Query = typeof(Page), Answer = typeof(FlagsInForce))]
    public Task<Answer<FlagsInForce>> FlagsInForce(string environment, Page? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/environments/{environment}/in-force", query, WireJson.Default.FlagsInForce, stop);

    /// <summary>Explain the variant of a user, now or at a moment of the past.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/environments/{environment}/explain", Body = typeof(ExplainRequest), Answer = typeof(Explanation))]
    public Task<Answer<Explanation>> Explain(string environment, ExplainRequest body, CancellationToken stop = default) =>
        _transport.Ask(
            $"/api/v1/environments/{environment}/explain", null, Content.Of(body, WireJson.Default.ExplainRequest),
            WireJson.Default.Explanation, stop);

    /// <summary>Explain the variants of a user over a time.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/environments/{environment}/journey", Body = typeof(JourneyRequest), Answer = typeof(Journey))]
    public Task<Answer<Journey>> Journey(string environment, JourneyRequest body, CancellationToken stop = default) =>
        _transport.Ask(
            $"/api/v1/environments/{environment}/journey", null, Content.Of(body, WireJson.Default.JourneyRequest),
            WireJson.Default.Journey, stop);

    /// <summary>Stop the line: no rollout advances in this environment.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/environments/{environment}/stop-the-line", Body = typeof(Reasoned), Answer = typeof(EnvironmentState),
        IsCommand = true)]
    public Task<Answer<EnvironmentState>> StopTheLine(
        string environment, Reasoned body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/environments/{environment}/stop-the-line", Content.Of(body, WireJson.Default.Reasoned), options,
            WireJson.Default.EnvironmentState, stop);

    /// <summary>Resume the line: rollouts may advance again.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/environments/{environment}/resume-the-line", Body = typeof(Because), Answer = typeof(EnvironmentState),
        IsCommand = true)]
    public Task<Answer<EnvironmentState>> ResumeTheLine(
        string environment, Because? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/environments/{environment}/resume-the-line", Content.Of(body ?? new(), WireJson.Default.Because),
            options, WireJson.Default.EnvironmentState, stop);

    /// <summary>Verify the hash chain of its events.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/environments/{environment}/verify", Answer = typeof(StreamVerification))]
    public Task<Answer<StreamVerification>> Verify(string environment, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/environments/{environment}/verify", null, WireJson.Default.StreamVerification, stop);
}
