using System.Collections.Immutable;

namespace Orchestrator.Domain.Plans;

/// <summary>The closed sets of words that a plan chooses from.</summary>
public static class PlanVocabulary
{
    /// <summary>Roles that can decide.</summary>
    public static ImmutableArray<string> Roles { get; } = ["viewer", "support", "product", "engineering", "devops", "admin"];

    /// <summary>Actions of triggers, as plans write them.</summary>
    public static ImmutableArray<string> Actions { get; } = ["rollback", "rollback-segment", "step-back", "review", "notify"];

    /// <summary>How risky a phase is.</summary>
    public static ImmutableArray<string> Risks { get; } = ["low", "low-medium", "medium", "medium-high", "high"];

    /// <summary>How urgent.</summary>
    public static ImmutableArray<string> Levels { get; } = ["critical", "warning", "info"];

    /// <summary>What an alert rule asks for.</summary>
    public static ImmutableArray<string> AlertActions { get; } = [AlertRule.ImmediateRollback, "investigate", "notify_team"];

    /// <summary>Happenings of a rollout that an alert rule can be on.</summary>
    public static ImmutableArray<string> AlertEvents { get; } =
        ["rollout_percentage_changed", "phase_started", "trigger_fired", "review_opened", "rolled_back", "rollout_completed"];

    /// <summary>Kinds of channels.</summary>
    public static ImmutableArray<string> ChannelKinds { get; } = ["webhook", "slack", "email", Channel.PagerDuty, "teams"];

    /// <summary>Tests by which a variant is compared with legacy.</summary>
    public static ImmutableArray<string> Tests { get; } = ["sequential"];

    /// <summary>Kinds of sources.</summary>
    public static ImmutableArray<string> SourceKinds { get; } = [SourceReader.Prometheus, SourceReader.Json];

    /// <summary>For how long a user keeps their place among all: for one rollout, or for all of the plan in an environment.</summary>
    public static ImmutableArray<string> Stickiness { get; } = ["rollout", KeepsSalt];

    /// <summary>The word for all rollouts of the plan in an environment.</summary>
    internal const string KeepsSalt = "plan";

    /// <summary>Metrics that every plan has without saying so.</summary>
    public static ImmutableArray<string> BuiltInMetrics { get; } = [Incidents];

    /// <summary>How many incidents were opened in the window: a count, without a baseline.</summary>
    public const string Incidents = "incidents";
}
