using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Notifications;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Notifications;

/// <summary>What people are being told, what they were told, and what could not be told.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder api)
    {
        api.Ask("/notifications", "Notifications of all channels, newest first; ?state=pending, delivered or dead", List);
        api.AskWith(BodyKind.Json, "/notifications/{id}/retry", "Try one again now that is waiting or was given up", Retry, Permission.Channels);
    }

    private static async Task<Answer> List(Ask ask, World world)
    {
        var query = ask.Http.Request.Query;
        DeliveryState? wanted = null;
        if ((Paging.Read(query, out Paging paging) ?? query.OneOf("state", out wanted)) is { } problem)
        {
            return problem;
        }

        var all = await Notifier(ask).List();
        return new Answer.Ok(new
        {
            notifications = all
                .Where(d => wanted is null || d.State == wanted)
                .OrderByDescending(d => d.Notification.Position).ThenBy(d => d.Notification.Id, StringComparer.Ordinal).Take(paging.Limit).Select(View),
        });
    }

    private static async Task<Answer> Retry(Ask ask, World world) => await Notifier(ask).Retry(ask.Route("id"))
        ? new Answer.Nothing()
        : Answer.NotFound("notification.not_found", $"No notification {ask.Route("id")} is waiting or was given up.");

    /// <summary>Without the target: the address of an incoming webhook is a secret in itself.</summary>
    private static object View(Delivery d) => new
    {
        d.Notification.Id, d.State, d.Notification.Channel, d.Notification.Kind, d.Notification.Plan, d.Notification.Level, d.Notification.Title, d.Notification.Text,
        d.Notification.Rollout, d.Notification.Environment, d.Notification.At, d.Notification.Link, d.Notification.Incident, d.Notification.By, d.Notification.Folded, d.Notification.Escalated,
        @event = new { id = d.Notification.EventId, type = d.Notification.EventType, d.Notification.Position },
        d.QueuedAt, d.Attempts, d.NextAt, d.LastError, d.EndedAt,
    };

    private static INotifierGrain Notifier(Ask ask) => ask.Service<IGrainFactory>().GetGrain<INotifierGrain>(INotifierGrain.Only);
}
