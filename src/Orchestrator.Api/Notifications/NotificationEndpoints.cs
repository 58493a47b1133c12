using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Notifications;
using Orchestrator.Grains.Notifications.Channels;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Notifications;

/// <summary>Notifications: pending, delivered, and dead letters.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder api)
    {
        api.MapPost(
            null, "/plans/{name}/channels/{channel}/test", "Test a channel of the newest revision of a plan; returns the response of its receiver",
            ExpensiveReads.Of(Try), Permission.Channels);
        api.MapQuery("/notifications", "List notifications of all channels, newest first; ?state=pending, delivered or dead", List);
        api.MapQuery(
            "/incidents/{id}/notifications", "List the notifications of an incident with their delivery, and the escalations that are due",
            IncidentNotifications.Answer);
        api.MapPost(null, "/notifications/{id}/retry", "Retry a pending notification or a dead letter now", Retry, Permission.Channels);
    }

    private static async Task<ApiResult> List(Query request, World world)
    {
        var query = request.Http.Request.Query;
        DeliveryState? wanted = null;
        if ((Paging.Read(query, out Paging paging) ?? query.OneOf("state", out wanted)) is { } problem)
        {
            return problem;
        }

        var all = await Notifier(request).List();
        return new ApiResult.Ok(new
        {
            notifications = all
                .Where(d => wanted is null || d.State == wanted)
                .OrderByDescending(d => d.Notification.Position).ThenBy(d => d.Notification.Id, StringComparer.Ordinal).Take(paging.Limit)
                .Select(one => View(one, request.Service<ChannelSettings>())),
        });
    }

    /// <summary>Delivered once, without the queue: pending notifications do not delay it, and it is not retried.</summary>
    private static async Task<ApiResult> Try(Query request, World world)
    {
        var (name, channel) = (request.RouteValue("name"), request.RouteValue("channel"));
        if (world.Plans.GetValueOrDefault(name)?.State.Revisions is not [.., var newest])
        {
            return ApiResult.NotFound("plan.not_found", $"There is no plan {name}.");
        }

        if (PlanEndpoints.Read(newest).Channels.FirstOrDefault(one => one.Name == channel) is not { } known)
        {
            return ApiResult.NotFound("channel.not_found", $"The newest revision of plan {name} has no channel {channel}.");
        }

        if (request.Http.RequestServices.GetService<ChannelSender>() is not { } sender)
        {
            throw new EvaluationOnlyException();
        }

        var now = request.Service<OrchestratorClock>().GetUtcNow();
        var by = request.Caller.Actor with { Name = world.Access.NameOf(request.Caller.KeyId) };
        var attempt = await sender.Send(Test(known, name, by, now), request.Stop);
        return new ApiResult.Ok(new
        {
            channel,
            known.Kind,
            accepted = attempt is Attempt.Accepted,
            answer = attempt is Attempt.Accepted taken ? taken.Answer ?? "" : ((Attempt.Failed)attempt).Reason,
        });
    }

    private static Notification Test(Channel channel, string plan, Actor by, DateTimeOffset now)
    {
        var id = Guid.NewGuid();
        return new Notification
        {
            Id = $"{id}-{channel.Name}",
            Level = Level.Info,
            Title = "Test of a channel",
            Text = $"{by.Name ?? by.Id} tests the channel {channel.Name} of plan {plan}. No event happened.",
            Plan = plan,
            Rollout = "none",
            Environment = "none",
            EventId = id,
            EventType = Notification.TestType,
            Position = 0,
            At = now,
            By = by,
            Channel = channel.Name,
            Kind = channel.Kind,
            Target = channel.Target,
        };
    }

    private static async Task<ApiResult> Retry(Query request, World world) => await Notifier(request).Retry(request.RouteValue("id"))
        ? new ApiResult.NoContent()
        : ApiResult.NotFound("notification.not_found", $"No notification {request.RouteValue("id")} is pending or a dead letter.");

    /// <summary>Without the target: the address of an incoming webhook is a secret in itself.</summary>
    internal static object View(Delivery d, ChannelSettings settings) => new
    {
        d.Notification.Id,
        d.State,
        d.Notification.Channel,
        d.Notification.Kind,
        d.Notification.Plan,
        d.Notification.Level,
        d.Notification.Title,
        d.Notification.Text,
        d.Notification.Rollout,
        d.Notification.Environment,
        d.Notification.At,
        link = settings.Link(d.Notification.Link),
        d.Notification.Incident,
        d.Notification.By,
        d.Notification.Folded,
        d.Notification.Escalated,
        @event = new { id = d.Notification.EventId, type = d.Notification.EventType, d.Notification.Position },
        d.QueuedAt,
        d.Attempts,
        d.NextAt,
        d.LastError,
        d.EndedAt,
    };

    private static INotifierGrain Notifier(Query request) => request.Service<IGrainFactory>().GetGrain<INotifierGrain>(INotifierGrain.Only);
}
