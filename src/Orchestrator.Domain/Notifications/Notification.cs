using System.Text.Json.Serialization;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Notifications;

/// <summary>A message for one channel: its text and its target.</summary>
public sealed record Notification
{
    /// <summary>Derived from the event's id and the channel's name, so that a receiver can recognise a repeated delivery.</summary>
    public required string Id { get; init; }

    /// <summary>critical, warning or info.</summary>
    public required string Level { get; init; }

    /// <summary>A few words.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence, with the numbers.</summary>
    public required string Text { get; init; }

    /// <summary>The plan's name.</summary>
    public required string Plan { get; init; }

    /// <summary>Id of the rollout.</summary>
    public required string Rollout { get; init; }

    /// <summary>Its environment.</summary>
    public required string Environment { get; init; }

    /// <summary>Id of the event it is about.</summary>
    public required Guid EventId { get; init; }

    /// <summary>Public name of that event, such as <c>RolledBack</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>Position of that event in the whole log.</summary>
    public required long Position { get; init; }

    /// <summary>Time of that event, orchestrator time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The incident that it opens, acknowledges or ends. Null for everything else.</summary>
    public string? Incident { get; init; }

    /// <summary>Other incidents that ended with it; null for none.</summary>
    public string[]? Others { get; init; }

    /// <summary>Step of that incident; null where there is none, and in records of an earlier build.</summary>
    public IncidentStep? Step { get; init; }

    /// <summary>The key or person that caused it, with the name at the time; null when none did.</summary>
    public Actor? By { get; init; }

    /// <summary>Name of the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Kind of the channel: webhook, slack, email, pagerduty or teams.</summary>
    public required string Kind { get; init; }

    /// <summary>Address: http or https, or e-mail.</summary>
    public required string Target { get; init; }

    /// <summary>Summary of the merged notifications; null for one about one event.</summary>
    public Bundle? Folded { get; init; }

    /// <summary>True when it came here because it was not acknowledged on another channel.</summary>
    public bool Escalated { get; init; }

    /// <summary>The title with its plan and environment.</summary>
    public string Headline => $"{Plan} in {Environment}: {Title}";

    /// <summary>True for a test of a channel.</summary>
    [JsonIgnore]
    public bool IsTest => EventType == TestType;

    /// <summary>Type of a test of a channel; no event has it.</summary>
    public const string TestType = "Test";

    /// <summary>Path of the rollout in the orchestrator's UI.</summary>
    public string Link => $"/rollouts/{Rollout}";

    /// <summary>Path of the page that rolls it back, and that shows the proof once it is rolled back.</summary>
    [JsonIgnore]
    public string RollbackLink => $"{Link}/rollback";

    /// <summary>The queue of its channel: channels of one name in two plans are two.</summary>
    public string Queue => $"{Plan}/{Channel}";
}

/// <summary>Step of an incident in a notification.</summary>
public enum IncidentStep
{
    /// <summary>It is open: people must act.</summary>
    Opened,

    /// <summary>A person has acknowledged it.</summary>
    Acknowledged,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>A summary of several merged notifications.</summary>
/// <param name="Count">Their number.</param>
/// <param name="From">Time of the oldest.</param>
public sealed record Bundle(int Count, DateTimeOffset From);

/// <summary>Urgency of a notification.</summary>
public static class Level
{
    /// <summary>An operator must act now.</summary>
    public const string Critical = "critical";

    /// <summary>An operator should look.</summary>
    public const string Warning = "warning";

    /// <summary>Good to know.</summary>
    public const string Info = "info";

    /// <summary>The more urgent one.</summary>
    public static string Higher(string one, string other) =>
        one == Critical || other == Critical ? Critical : one == Warning || other == Warning ? Warning : Info;
}
