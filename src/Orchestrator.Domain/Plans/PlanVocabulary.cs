using System.Collections.Immutable;
using Orchestrator.Domain.Plans.Sources;

namespace Orchestrator.Domain.Plans;

/// <summary>The closed sets of words that a plan chooses from.</summary>
public static class PlanVocabulary
{
    /// <summary>Roles that can decide.</summary>
    public static ImmutableArray<string> Roles { get; } = ["viewer", "support", "product", "engineering", "devops", "admin"];

    /// <summary>Actions of triggers, as plans write them.</summary>
    public static ImmutableArray<string> Actions { get; } = ["rollback", "rollback-segment", "step-back", "review", "notify"];

    /// <summary>Levels of a phase's risk.</summary>
    public static ImmutableArray<string> Risks { get; } = ["low", "low-medium", "medium", "medium-high", "high"];

    /// <summary>Levels of urgency.</summary>
    public static ImmutableArray<string> Levels { get; } = ["critical", "warning", "info"];

    /// <summary>Actions of alert rules.</summary>
    public static ImmutableArray<string> AlertActions { get; } = [AlertRule.ImmediateRollback, "investigate", "notify_team"];

    /// <summary>Events of a rollout that an alert rule can be on.</summary>
    public static ImmutableArray<string> AlertEvents { get; } =
        ["rollout_percentage_changed", "phase_started", "trigger_fired", "review_opened", "rolled_back", "rollout_completed"];

    /// <summary>Kinds of channels.</summary>
    public static ImmutableArray<string> ChannelKinds { get; } = ["webhook", "slack", "email", Channel.PagerDuty, "teams"];

    /// <summary>Tests that compare a variant with legacy.</summary>
    public static ImmutableArray<string> Tests { get; } = ["sequential"];

    /// <summary>Kinds of sources.</summary>
    public static ImmutableArray<string> SourceKinds { get; } = [SourceReader.Prometheus, SourceReader.Json];

    /// <summary>Span in which a user's bucket stays: one rollout, or all rollouts of the plan in an environment.</summary>
    public static ImmutableArray<string> Stickiness { get; } = ["rollout", KeepsSalt];

    /// <summary>The word for all rollouts of the plan in an environment.</summary>
    internal const string KeepsSalt = "plan";

    /// <summary>Metrics that every plan has without a definition.</summary>
    public static ImmutableArray<string> BuiltInMetrics { get; } = [Incidents];

    /// <summary>Number of incidents opened in the window: a count, without a baseline.</summary>
    public const string Incidents = "incidents";
}
