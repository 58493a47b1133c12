using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications;

/// <summary>One channel of one plan, by <c>{plan}/{channel}</c>: its queue and the one worker that empties it, so that a dead one holds up no other.</summary>
public interface IChannelGrain : IGrainWithStringKey
{
    /// <summary>Puts these into the queue, durably. Returns before any of it is told.</summary>
    Task Add(Notification[] notifications);

    /// <summary>Tells what is due; returns at once. True while something waits.</summary>
    Task<bool> Wake();

    /// <summary>What waits, the newest that arrived, and the newest given up.</summary>
    Task<Delivery[]> List();

    /// <summary>Has one tried again now; false when there is none such that did not arrive.</summary>
    Task<bool> Retry(string id);
}

/// <summary>Follows the log from a checkpoint and puts what people must hear into the queues of channels.</summary>
public interface INotifierGrain : IGrainWithStringKey
{
    /// <summary>The one grain's key.</summary>
    public const string Only = "notifier";

    /// <summary>The first time ever, starts at the log's head: what happened before is no news.</summary>
    Task Begin();

    /// <summary>Takes in what is new and wakes channels that wait. Returns the position reached.</summary>
    Task<long> Follow();

    /// <summary>The deliveries of all channels.</summary>
    Task<Delivery[]> List();

    /// <summary>Has one tried again now; false when there is none such that did not arrive.</summary>
    Task<bool> Retry(string id);
}
