namespace Orchestrator.Api.Client;

/// <summary>Incidents of all rollouts.</summary>
public sealed partial class IncidentApi
{
    private readonly Transport _transport;

    internal IncidentApi(Transport transport) => _transport = transport;

    /// <summary>List incidents, newest first.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/incidents", Query = typeof(IncidentQuery), Answer = typeof(IncidentList))]
    public Task<Answer<IncidentList>> List(IncidentQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/incidents", query, WireJson.Default.IncidentList, stop);

    /// <summary>Get an incident with the verification steps of its procedure.</summary>
    /// <param name="id">Id of the incident.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/incidents/{id}", Answer = typeof(Incident))]
    public Task<Answer<Incident>> Get(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/incidents/{id}", null, WireJson.Default.Incident, stop);

    /// <summary>List the events of an incident, oldest first.</summary>
    /// <param name="id">Id of the incident.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/incidents/{id}/events", Answer = typeof(IncidentEvents))]
    public Task<Answer<IncidentEvents>> Events(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/incidents/{id}/events", null, WireJson.Default.IncidentEvents, stop);

    /// <summary>List the notifications of an incident, and the escalations that are due.</summary>
    /// <param name="id">Id of the incident.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/incidents/{id}/notifications", Answer = typeof(IncidentNotifications))]
    public Task<Answer<IncidentNotifications>> Notifications(string id, CancellationToken stop = default) =>
        _transport.Read($"/api/v1/incidents/{id}/notifications", null, WireJson.Default.IncidentNotifications, stop);

    /// <summary>Acknowledge an incident.</summary>
    /// <param name="id">Id of the incident.</param>
    /// <param name="body">Body; null for an empty one.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/incidents/{id}/acknowledge", Body = typeof(Because), Answer = typeof(Incident), IsCommand = true)]
    public Task<Answer<Incident>> Acknowledge(
        string id, Because? body = null, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/incidents/{id}/acknowledge", Content.Of(body ?? new(), WireJson.Default.Because), options,
            WireJson.Default.Incident, stop);

    /// <summary>Resolve an incident.</summary>
    /// <param name="id">Id of the incident.</param>
    /// <param name="body">Body.</param>
    /// <param name="options">Idempotency key and expected version; null for a new key and any version.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/incidents/{id}/resolve", Body = typeof(Reasoned), Answer = typeof(Incident), IsCommand = true)]
    public Task<Answer<Incident>> Resolve(string id, Reasoned body, CommandOptions? options = null, CancellationToken stop = default) =>
        _transport.Command(
            HttpMethod.Post, $"/api/v1/incidents/{id}/resolve", Content.Of(body, WireJson.Default.Reasoned), options,
            WireJson.Default.Incident, stop);
}
