namespace Orchestrator.Api.Client;

/// <summary>Notifications of all channels, newest first.</summary>
public sealed record NotificationList
{
    /// <summary>Notifications.</summary>
    public IReadOnlyList<Notification> Notifications { get; init; } = [];
}

/// <summary>A notification and its delivery.</summary>
public sealed record Notification
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>State of the delivery.</summary>
    [Words("pending", "delivered", "dead")]
    public string State { get; init; } = "";

    /// <summary>Channel.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Kind of the channel.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Urgency.</summary>
    [Words("critical", "warning", "info")]
    public string Level { get; init; } = "";

    /// <summary>A few words.</summary>
    public string Title { get; init; } = "";

    /// <summary>Sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Time of the event.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Address for people; null where none is set.</summary>
    public string? Link { get; init; }

    /// <summary>Incident that it opens, acknowledges or ends; null for others.</summary>
    public string? Incident { get; init; }

    /// <summary>The key or person that caused it; null when none did.</summary>
    public Author? By { get; init; }

    /// <summary>Summary of merged notifications; null for one about one event.</summary>
    public FoldedNotifications? Folded { get; init; }

    /// <summary>True when it came here because it was not acknowledged on another channel.</summary>
    public bool Escalated { get; init; }

    /// <summary>The event.</summary>
    public NotifiedEvent Event { get; init; } = new();

    /// <summary>Time at which it was queued.</summary>
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>Number of tries.</summary>
    public int Attempts { get; init; }

    /// <summary>Time of the next try; null when there is none.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Reason why the newest try failed; null when none did.</summary>
    public string? LastError { get; init; }

    /// <summary>Time at which it was delivered or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>Summary of merged notifications.</summary>
public sealed record FoldedNotifications
{
    /// <summary>Number.</summary>
    public int Count { get; init; }

    /// <summary>Time of the oldest.</summary>
    public DateTimeOffset From { get; init; }
}

/// <summary>Event of a notification.</summary>
public sealed record NotifiedEvent
{
    /// <summary>Id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Public name.</summary>
    public string Type { get; init; } = "";

    /// <summary>Position in the log.</summary>
    public long Position { get; init; }
}

/// <summary>Filter and page of a list of notifications.</summary>
public sealed record NotificationQuery : QueryValues
{
    /// <summary>State of the delivery.</summary>
    [Words("pending", "delivered", "dead")]
    public string? State { get; init; }

    /// <summary>Most notifications, 1 to 1,000; null for 100.</summary>
    public int? Limit { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("state", State);
        query.Add("limit", Limit);
    }
}

/// <summary>Result of a test of a channel.</summary>
public sealed record ChannelTest
{
    /// <summary>Channel.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Kind of the channel.</summary>
    public string Kind { get; init; } = "";

    /// <summary>True when the receiver took it.</summary>
    public bool Accepted { get; init; }

    /// <summary>Response of the receiver, or the reason of the failure.</summary>
    public string Answer { get; init; } = "";
}
