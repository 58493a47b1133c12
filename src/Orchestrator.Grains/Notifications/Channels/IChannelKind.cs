using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>One kind of channel.</summary>
internal interface IChannelKind
{
    /// <summary>Its name in plans.</summary>
    string Name { get; }

    /// <summary>One attempt, within <see cref="ChannelSender.Patience"/>. An exception is a failed attempt.</summary>
    Task<Attempt> Send(Notification notification, string target, CancellationToken stop);
}
