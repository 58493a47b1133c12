using System.Text.Json;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Notifications;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Notifications;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>Notifications of a rollout with their delivery, from the queues of its plan's channels.</summary>
internal static class SentNotifications
{
    /// <summary>Longest wait for all channels.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The retrospective with what the channels still have, and the line of success about it.</summary>
    public static async Task<Retrospective> Added(Query request, Retrospective told)
    {
        if (told.Plan is not { Channels.IsEmpty: false } plan)
        {
            return told with { NotificationsText = "The plan has no channels." };
        }

        try
        {
            var grains = request.Service<IGrainFactory>();
            var queues = await Task.WhenAll(plan.Channels.Select(channel =>
                grains.GetGrain<IChannelGrain>($"{plan.Name}/{channel.Name}").List())).WaitAsync(Patience, request.Stop);
            NotificationStory[] all =
            [
                .. queues.SelectMany(queue => queue).Where(one => one.Notification.Rollout == told.Headline.Rollout)
                    .OrderBy(one => one.Notification.Position).ThenBy(one => one.Notification.Id, StringComparer.Ordinal).Select(Story),
            ];
            return told with
            {
                Notifications = [.. all],
                NotificationsText = $"A channel keeps its newest {ChannelQueue.Kept} delivered and {ChannelQueue.Kept} given-up notifications. Older ones are not listed.",
                Success = [.. told.Success, Line(all)],
            };
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return told with { NotificationsText = "The silo with the channels did not answer." };
        }
    }

    private static SuccessLine Line(NotificationStory[] all)
    {
        var (delivered, dead) = (all.Count(one => one.State == Word(DeliveryState.Delivered)), all.Count(one =>
            one.State == Word(DeliveryState.Dead)));
        return new SuccessLine(
            SuccessArea.Operational, "Notifications delivered",
            dead > 0 ? SuccessVerdict.NotMet : delivered > 0 && delivered == all.Length ? SuccessVerdict.Met : SuccessVerdict.NoEvidence,
            all.Length == 0 ? "Its channels have no notification of it any more." : $"{delivered} of {all.Length} delivered, {dead} given up, of those that the channels still have.");
    }

    private static NotificationStory Story(Delivery one) => new(
        one.Notification.At, one.Notification.EventType, one.Notification.Channel, one.Notification.Kind, one.Notification.Level,
        one.Notification.Title, Word(one.State), one.Attempts, one.EndedAt, one.LastError, one.Notification.Folded?.Count ?? 1,
        one.Notification.Escalated, one.Notification.Incident);

    private static string Word(DeliveryState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}
