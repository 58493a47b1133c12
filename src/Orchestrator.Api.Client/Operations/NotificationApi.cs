namespace Orchestrator.Api.Client;

/// <summary>Notifications: pending, delivered, and dead letters.</summary>
public sealed partial class NotificationApi
{
    private readonly Transport _transport;

    internal NotificationApi(Transport transport) => _transport = transport;

    /// <summary>List notifications of all channels, newest first.</summary>
    /// <param name="query">Filter and page; null for the beginning of all.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("GET", "/api/v1/notifications", Query = typeof(NotificationQuery), Answer = typeof(NotificationList))]
    public Task<Answer<NotificationList>> List(NotificationQuery? query = null, CancellationToken stop = default) =>
        _transport.Read("/api/v1/notifications", query, WireJson.Default.NotificationList, stop);

    /// <summary>Retry a pending notification or a dead letter now.</summary>
    /// <param name="id">Id of the notification.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation("POST", "/api/v1/notifications/{id}/retry", Status = 204)]
    public Task<Answer> Retry(string id, CancellationToken stop = default) =>
        _transport.Ask($"/api/v1/notifications/{id}/retry", null, stop);
}
