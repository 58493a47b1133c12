using System.Text.Json.Serialization;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Notifications;

/// <summary>Something one channel is to be told: what, and where it goes.</summary>
public sealed record Notification
{
    /// <summary>Made of the event's id and the channel's name, so that telling it twice can be noticed.</summary>
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

    /// <summary>That event's place in the whole log.</summary>
    public required long Position { get; init; }

    /// <summary>When it happened, orchestrator time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The incident it is about: that it opens, that is worked on, or that has ended. Null for everything else.</summary>
    public string? Incident { get; init; }

    /// <summary>Other incidents that ended with it; null for none.</summary>
    public string[]? Others { get; init; }

    /// <summary>Text about that incident; null where there is none, and in what an earlier build wrote down.</summary>
    public IncidentStep? Step { get; init; }

    /// <summary>The key or person that brought it about, with the name at the time; null when none did.</summary>
    public Actor? By { get; init; }

    /// <summary>Name of the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Kind of the channel: webhook, slack, email, pagerduty or teams.</summary>
    public required string Kind { get; init; }

    /// <summary>Where: an http or https address, or one of e-mail.</summary>
    public required string Target { get; init; }

    /// <summary>What was folded into it; null for one that speaks of one event.</summary>
    public Fold? Folded { get; init; }

    /// <summary>True when it is told here because nobody acknowledged it elsewhere.</summary>
    public bool Escalated { get; init; }

    /// <summary>The title with what it is about.</summary>
    public string Headline => $"{Plan} in {Environment}: {Title}";

    /// <summary>True for one that only tries a channel.</summary>
    [JsonIgnore]
    public bool IsTest => EventType == TestType;

    /// <summary>Type of a notification that only tries a channel; no event has it.</summary>
    public const string TestType = "Test";

    /// <summary>Where to look, as a path of the orchestrator.</summary>
    public string Link => $"/rollouts/{Rollout}";

    /// <summary>The queue it waits in: channels of one name in two plans are two.</summary>
    public string Queue => $"{Plan}/{Channel}";
}

/// <summary>Incident of a notification.</summary>
public enum IncidentStep
{
    /// <summary>It is open: people must look.</summary>
    Opened,

    /// <summary>A person is on it.</summary>
    Acknowledged,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>Several notifications told as one.</summary>
/// <param name="Count">How many.</param>
/// <param name="From">When the oldest happened.</param>
public sealed record Fold(int Count, DateTimeOffset From);

/// <summary>How urgent a notification is.</summary>
public static class Level
{
    /// <summary>Somebody must act now.</summary>
    public const string Critical = "critical";

    /// <summary>Somebody should look.</summary>
    public const string Warning = "warning";

    /// <summary>Good to know.</summary>
    public const string Info = "info";

    /// <summary>The more urgent one.</summary>
    public static string Higher(string one, string other) => one == Critical || other == Critical ? Critical : one == Warning || other == Warning ? Warning : Info;
}
