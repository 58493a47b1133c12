using System.Text.Json;

namespace Orchestrator.Api.Client;

/// <summary>Segments of environments: rules and opted-in members.</summary>
public sealed partial class SegmentApi
{
    private readonly Transport _transport;

    internal SegmentApi(Transport transport) => _transport = transport;

    /// <summary>List the segments of an environment, by key.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/segments/{environment}", Query = typeof(Page), Answer = typeof(SegmentList))]
    public Task<Answer<SegmentList>> List(string environment, Page? query = null, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/segments/{environment}", query, WireJson.Default.SegmentList, stop);

    /// <summary>Get a segment.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/segments/{environment}/{key}", Answer = typeof(Segment))]
    public Task<Answer<Segment>> Get(string environment, string key, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/segments/{environment}/{key}", null, WireJson.Default.Segment, stop);

    /// <summary>Define a segment by rules, as in a plan.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("PUT", "/api/v1/segments/{environment}/{key}", Body = typeof(JsonElement), Answer = typeof(Segment), IsCommand = true)]
    public Task<Answer<Segment>> Define(
        string environment, string key, JsonElement body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Put, $"/api/v1/segments/{environment}/{key}", Content.Of(body, WireJson.Default.JsonElement), options,
            WireJson.Default.Segment, stop);

    /// <summary>Check a definition beside the stored one, without storing it.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/segments/{environment}/{key}/check", Body = typeof(JsonElement), Answer = typeof(SegmentCheck))]
    public Task<Answer<SegmentCheck>> Check(string environment, string key, JsonElement body, CancellationToken stop = default) =>
        _transport.Ask(
            $"/api/v1/segments/{environment}/{key}/check", null, Content.Of(body, WireJson.Default.JsonElement),
            WireJson.Default.SegmentCheck, stop);

    /// <summary>Opt users in and out of a segment.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "POST", "/api/v1/segments/{environment}/{key}/members", Body = typeof(MemberChange), Answer = typeof(Segment),
        IsCommand = true)]
    public Task<Answer<Segment>> ChangeMembers(
        string environment, string key, MemberChange? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/segments/{environment}/{key}/members", Content.Of(body ?? new(), WireJson.Default.MemberChange),
            options, WireJson.Default.Segment, stop);

    /// <summary>Route a user by a segment.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="body">Body.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/segments/{environment}/{key}/route", Body = typeof(SegmentQuestion), Answer = typeof(SegmentAnswer))]
    public Task<Answer<SegmentAnswer>> Route(string environment, string key, SegmentQuestion body, CancellationToken stop = default) =>
        _transport.Ask(
            $"/api/v1/segments/{environment}/{key}/route", null, Content.Of(body, WireJson.Default.SegmentQuestion),
            WireJson.Default.SegmentAnswer, stop);

    /// <summary>Verify the hash chain of its events.</summary>
    /// <param name="environment">Environment.</param>
    /// <param name="key">Key.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/segments/{environment}/{key}/verify", Answer = typeof(StreamVerification))]
    public Task<Answer<StreamVerification>> Verify(string environment, string key, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/segments/{environment}/{key}/verify", null, WireJson.Default.StreamVerification, stop);
}
