using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Grains.Notifications.Channels;

namespace Orchestrator.Grains.Notifications;

internal static class NotificationServices
{
    public static IServiceCollection AddNotifications(this IServiceCollection services) => services
        .AddSingleton<ChannelSettings>()
        .AddSingleton<ChannelHttp>()
        .AddSingleton<RolloutLogLines>()
        .AddSingleton<IChannelKind, WebhookChannel>()
        .AddSingleton<IChannelKind, SlackChannel>()
        .AddSingleton<IChannelKind, EmailChannel>()
        .AddSingleton<IChannelKind, PagerDutyChannel>()
        .AddSingleton<IChannelKind, TeamsChannel>()
        .AddSingleton(provider => new ChannelSender(provider.GetServices<IChannelKind>(), provider.GetRequiredService<ChannelSettings>()))
        .AddHostedService<NotificationFollower>();
}
