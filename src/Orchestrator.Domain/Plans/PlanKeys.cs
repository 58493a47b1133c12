using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Plans;

/// <summary>Every key a plan may have, by the definition in <c>docs/plan.schema.json</c>; a test holds the two together.</summary>
internal static class PlanKeys
{
    public static readonly MappingKeys Plan = new(
        "plan", "plan", "title", "description", "flag", "segments", "metrics", "triggers", "phases", "judgement", "alerts", "teams", "risks",
        "environments", "dashboards", "approvals", "calendar", "channels", "healthChecks", "consistencyChecks", "onStale", "onUnwatched",
        "sources", "legacy", "stickiness", "stickyBy", "signals", "bake");

    public static readonly MappingKeys Metric = new(
        "metric", "title", "tier", "ratio", "quantile", "of", "gauge", "fold", "rate", "count", "unit", "baseline", "target", "alert", "minSamples");

    public static readonly MappingKeys Trigger = new(
        "trigger", "name", "title", "when", "for", "over", "action", "level", "segments", "roles", "onNoData", "maxGap", "clear", "coolDown", "perSegment",
        "releaseOnClear", "test", "alpha", "designEffect");

    public static readonly MappingKeys Phase = new(
        "phase", "name", "title", "scope", "risk", "duration", "shadow", "flags", "steps", "success", "triggers", "objectives", "review",
        "onStale", "onUnwatched", "legacyUnusedFor");

    public static readonly MappingKeys Step = new(
        "step", "name", "title", "percentage", "segments", "audience", "hold", "success", "triggers", "review");

    public static readonly MappingKeys Audience = new("audience", "segment", "percentage");

    public static readonly MappingKeys Criterion = new("criterion", "name", "title", "when", "over", "minSamples", "onNoData", "test", "alpha", "designEffect");

    public static readonly MappingKeys Objective = new("objective", "name", "title", "required");

    public static readonly MappingKeys Review = new("review", "every", "roles", "quorum", "expires");

    public static readonly MappingKeys Approvals = new("approvals", "roles", "quorum", "expires");

    public static readonly MappingKeys Judgement = new("judgement", "sampling", "window", "minTraffic", "coverage", "confidence", "margin", "closerWatch", "alertRepeat");

    public static readonly MappingKeys Legacy = new("legacy", "capacity", "per");

    public static readonly MappingKeys Signals = new("signals", "signed");

    public static readonly MappingKeys Alert = new("alert", "name", "title", "on", "event", "for", "over", "level", "action", "channels");

    public static readonly MappingKeys Team = new("team", "name", "title", "role", "responsibilities", "decides");

    public static readonly MappingKeys Risk = new("risk", "name", "kind", "mitigation");

    public static readonly MappingKeys Environment = new("environment", "flags");

    public static readonly MappingKeys Dashboard = new("dashboard", "name", "shows");

    public static readonly MappingKeys Calendar = new("calendar", "timeZone", "changeWindows", "freezes");

    public static readonly MappingKeys ChangeWindow = new("changeWindow", "days", "from", "to");

    public static readonly MappingKeys Freeze = new("freeze", "name", "from", "to");

    public static readonly MappingKeys Channel = new("channel", "name", "title", "kind", "target", "levels", "escalateTo", "escalateAfter");

    public static readonly MappingKeys Check = new("check", "name", "title", "probe", "when", "timeout");

    public static readonly MappingKeys Source = new(
        "source", "name", "title", "kind", "url", "body", "credentials", "every", "timeout", "delay", "variants", "series");

    public static readonly MappingKeys SourceSeries = new(
        "sourceSeries", "counter", "gauge", "histogram", "count", "query", "time", "unit", "variant", "variants", "empty");

    public static readonly MappingKeys SourceVariants = new("sourceVariants", "new", "legacy");

    public static readonly ImmutableArray<MappingKeys> All =
    [
        Plan, Metric, Trigger, Phase, Step, Audience, Criterion, Objective, Review, Approvals, Judgement, Legacy, Signals, Alert, Team,
        Risk, Environment, Dashboard, Calendar,
        ChangeWindow, Freeze, Channel, Check, Source, SourceSeries, SourceVariants, SegmentReader.Definition, SegmentReader.Rule,
        SegmentReader.BalanceKeys,
    ];

    /// <summary>Keys of mappings from names, whose order has a meaning.</summary>
    public static readonly ImmutableHashSet<string> Ordered = ["metrics", "segments", "environments", "flags"];
}
