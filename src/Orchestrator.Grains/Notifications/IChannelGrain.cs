using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications;

/// <summary>
/// One channel of one plan, by <c>{plan}/{channel}</c>: its queue and the one worker that delivers it, so that a dead channel delays no
/// other.
/// </summary>
public interface IChannelGrain : IGrainWithStringKey
{
    /// <summary>Adds these to the queue, durably. Returns before any delivery.</summary>
    Task Add(Notification[] notifications);

    /// <summary>Starts the deliveries that are due; returns at once. True while one waits.</summary>
    Task<bool> Wake();

    /// <summary>Pending notifications, the newest delivered ones, and the newest dead letters.</summary>
    Task<Delivery[]> List();

    /// <summary>Retries one now; false when no undelivered one has this id.</summary>
    Task<bool> Retry(string id);
}

/// <summary>Follows the log from a checkpoint and queues notifications for channels.</summary>
public interface INotifierGrain : IGrainWithStringKey
{
    /// <summary>The one grain's key.</summary>
    const string Only = "notifier";

    /// <summary>The very first start begins at the log's head: older events are not notified.</summary>
    Task Begin();

    /// <summary>Processes new events and wakes channels with pending notifications. Returns the position reached.</summary>
    Task<long> Follow();

    /// <summary>The deliveries of all channels.</summary>
    Task<Delivery[]> List();

    /// <summary>Retries one now; false when no undelivered one has this id.</summary>
    Task<bool> Retry(string id);
}
