namespace Orchestrator.Domain.Notifications;

/// <summary>A notification on its way, or at the end of it.</summary>
/// <param name="Notification">What is told.</param>
/// <param name="QueuedAt">When it was put into the queue; a day later it is given up.</param>
/// <param name="State">Where it is.</param>
public sealed record Delivery(Notification Notification, DateTimeOffset QueuedAt, DeliveryState State = DeliveryState.Pending)
{
    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is tried next; null when it is not.</summary>
    public DateTimeOffset? NextAt { get; init; } = QueuedAt;

    /// <summary>Why the newest try failed; null when none did.</summary>
    public string? LastError { get; init; }

    /// <summary>When it arrived or was given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>Where a notification is.</summary>
public enum DeliveryState
{
    /// <summary>It waits to be told.</summary>
    Pending,

    /// <summary>Its channel took it.</summary>
    Delivered,

    /// <summary>Given up; people can have it tried again.</summary>
    Dead,
}

/// <summary>How a try ended.</summary>
public abstract record Attempt
{
    private Attempt()
    {
    }

    /// <summary>The channel took it.</summary>
    /// <param name="Answer">What the receiver said, for people; null where nobody asked.</param>
    public sealed record Accepted(string? Answer = null) : Attempt;

    /// <summary>It did not arrive.</summary>
    /// <param name="Reason">A sentence, for people.</param>
    /// <param name="ForGood">The same again would be refused again.</param>
    public sealed record Failed(string Reason, bool ForGood = false) : Attempt;
}
