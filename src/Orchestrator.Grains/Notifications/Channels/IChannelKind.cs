using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>A way to reach people.</summary>
internal interface IChannelKind
{
    /// <summary>As plans call it.</summary>
    string Name { get; }

    /// <summary>Tries once, within <see cref="ChannelSender.Patience"/>. May throw: that is a failed try.</summary>
    Task<Attempt> Send(Notification notification, string target, CancellationToken stop);
}
