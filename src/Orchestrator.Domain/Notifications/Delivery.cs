namespace Orchestrator.Domain.Notifications;

/// <summary>A notification on its way, or at the end of it.</summary>
/// <param name="Notification">The notification.</param>
/// <param name="QueuedAt">Time at which it was queued; a day later it is given up.</param>
/// <param name="State">State of the delivery.</param>
public sealed record Delivery(Notification Notification, DateTimeOffset QueuedAt, DeliveryState State = DeliveryState.Pending)
{
    /// <summary>Number of tries.</summary>
    public int Attempts { get; init; }

    /// <summary>Time of the next try; null when there is none.</summary>
    public DateTimeOffset? NextAt { get; init; } = QueuedAt;

    /// <summary>Reason why the newest try failed; null when none did.</summary>
    public string? LastError { get; init; }

    /// <summary>Time at which it was delivered or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>State of a delivery.</summary>
public enum DeliveryState
{
    /// <summary>Waiting for its delivery.</summary>
    Pending,

    /// <summary>Accepted by its channel.</summary>
    Delivered,

    /// <summary>Given up; an operator can retry it.</summary>
    Dead,
}

/// <summary>Outcome of a try.</summary>
public abstract record Attempt
{
    private Attempt()
    {
    }

    /// <summary>The channel accepted it.</summary>
    /// <param name="Answer">Response of the receiver, for display; null when it was not asked for.</param>
    public sealed record Accepted(string? Answer = null) : Attempt;

    /// <summary>It was not delivered.</summary>
    /// <param name="Reason">Display text, one sentence.</param>
    /// <param name="ForGood">True when the receiver would refuse the same request again.</param>
    public sealed record Failed(string Reason, bool ForGood = false) : Attempt;
}
