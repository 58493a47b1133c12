using Orchestrator.Api.Http;
using Orchestrator.Api.Incidents;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Notifications;
using Orchestrator.Grains.Notifications.Channels;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Notifications;

/// <summary>Notifications of one incident with their delivery, and the escalations that follow without an acknowledgement.</summary>
internal static class IncidentNotifications
{
    public static async Task<ApiResult> Answer(Query request, World world)
    {
        var id = request.RouteValue("id");
        if (IncidentEndpoints.Find(world, id) is not var (state, incident))
        {
            return IncidentEndpoints.NotFound(id);
        }

        var told = (await request.Service<IGrainFactory>().GetGrain<INotifierGrain>(INotifierGrain.Only).List())
            .Where(one => one.Notification.Rollout == state.Id && IsAbout(one.Notification, id))
            .OrderBy(one => one.Notification.Position).ThenBy(one => one.Notification.Id, StringComparer.Ordinal).ToArray();
        var ahead = incident is { Acknowledged: null, Ended: null }
            ? EscalationsAhead.Of([.. told.Select(one => one.Notification)], state.Plan, request.Service<OrchestratorClock>().GetUtcNow())
            : [];
        return new ApiResult.Ok(new
        {
            channels = state.Plan.Channels.Select(channel => channel.Name),
            notifications = told.Select(one => NotificationEndpoints.View(one, request.Service<ChannelSettings>())),
            escalations = ahead.Select(one => new { from = one.Told.Channel, one.To, at = one.Due }),
        });
    }

    private static bool IsAbout(Notification one, string incident) => one.Incident == incident || one.Others?.Contains(incident) == true;
}
