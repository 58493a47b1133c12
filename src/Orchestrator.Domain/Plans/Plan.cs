using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Plans;

/// <summary>A progressive rollout strategy as data, read and checked. Immutable; equal content has an equal <see cref="Hash"/>.</summary>
public sealed record Plan
{
    /// <summary>Name; <c>[a-z0-9][a-z0-9-]{0,62}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Display text.</summary>
    public required string Title { get; init; }

    /// <summary>Description.</summary>
    public string? Description { get; init; }

    /// <summary>Key of the flag whose variant this plan decides.</summary>
    public required string Flag { get; init; }

    /// <summary>The document as canonical JSON, in the published schema. Reading it again gives this plan.</summary>
    public required string Document { get; init; }

    /// <summary>SHA-256 of <see cref="Document"/> in lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Segments this plan defines.</summary>
    public ImmutableArray<PlanSegment> Segments { get; init; } = [];

    /// <summary>Metrics, in the order written.</summary>
    public ImmutableArray<Metric> Metrics { get; init; } = [];

    /// <summary>Triggers that are in force in every phase.</summary>
    public ImmutableArray<Trigger> Triggers { get; init; } = [];

    /// <summary>Phases in order; at least one.</summary>
    public required ImmutableArray<Phase> Phases { get; init; }

    /// <summary>Settings of how signals are judged.</summary>
    public Judgement Judgement { get; init; } = new();

    /// <summary>True when samples that are pushed must be signed.</summary>
    public bool SignedPushes { get; init; }

    /// <summary>Rules that notify channels or roll back.</summary>
    public ImmutableArray<AlertRule> Alerts { get; init; } = [];

    /// <summary>Teams with their responsibilities and decisions.</summary>
    public ImmutableArray<Team> Teams { get; init; } = [];

    /// <summary>Known risks with their mitigation.</summary>
    public ImmutableArray<Risk> Risks { get; init; } = [];

    /// <summary>Static flags of environments.</summary>
    public ImmutableArray<EnvironmentFlags> Environments { get; init; } = [];

    /// <summary>Dashboards of the rollout.</summary>
    public ImmutableArray<PlanDashboard> Dashboards { get; init; } = [];

    /// <summary>Deciders of a go/no-go, unless a review has its own.</summary>
    public Approval Approval { get; init; } = new([], 1, null);

    /// <summary>Times in which steps may end.</summary>
    public Calendar? Calendar { get; init; }

    /// <summary>Targets of notifications.</summary>
    public ImmutableArray<Channel> Channels { get; init; } = [];

    /// <summary>Probes of legacy's health.</summary>
    public ImmutableArray<Check> HealthChecks { get; init; } = [];

    /// <summary>Probes or comparisons which show that switching harmed no data.</summary>
    public ImmutableArray<Check> ConsistencyChecks { get; init; } = [];

    /// <summary>Systems that are queried for series, beside what services push.</summary>
    public ImmutableArray<SignalSource> Sources { get; init; } = [];

    /// <summary>Answer of a stale node; null for legacy, and from the full phase on the last answer.</summary>
    public StalePolicy? OnStale { get; init; }

    /// <summary>Speed at which legacy can take its load back; null when it can take all of it at once.</summary>
    public LegacyCapacity? Legacy { get; init; }

    /// <summary>Time for which the triggers of the last step watch after completion; null when they do not.</summary>
    public TimeSpan? Bake { get; init; }

    /// <summary>
    /// True when all rollouts of this plan in an environment have one salt, so that each exposes the same users first; else each draws its
    /// own.
    /// </summary>
    public bool KeepsSalt { get; init; }

    /// <summary>Name of the attribute whose value decides the bucket; null for the targeting key.</summary>
    public string? StickyBy { get; init; }

    /// <summary>Policy for a rollout that no node watches.</summary>
    public UnwatchedPolicy OnUnwatched { get; init; } = UnwatchedPolicy.Legacy;

    /// <summary>Answer of a stale node in a phase.</summary>
    public StalePolicy OnStaleIn(int phase) => Phases[phase].OnStale ?? OnStale ?? (IsFull(phase) ? StalePolicy.Last : StalePolicy.Legacy);

    /// <summary>Policy in a phase while no node watches.</summary>
    public UnwatchedPolicy OnUnwatchedIn(int phase) => Phases[phase].OnUnwatched ?? OnUnwatched;

    /// <summary>The metric of that name; null when the plan has none.</summary>
    public Metric? Metric(string name)
    {
        foreach (var metric in Metrics)
        {
            if (metric.Name == name)
            {
                return metric;
            }
        }

        return null;
    }

    /// <summary>A full phase begins with everyone on new; so do all after it.</summary>
    private bool IsFull(int phase) =>
        Phases.Take(phase).SelectMany(before => before.Steps).Append(Phases[phase].Steps[0]).Any(step => step.Percentage == Share.All);
}

/// <summary>A segment that a plan defines.</summary>
public sealed record PlanSegment(string Key, SegmentDefinition Definition);

/// <summary>A phase of the strategy.</summary>
public sealed record Phase
{
    /// <summary>Name, unique in the plan.</summary>
    public required string Name { get; init; }

    /// <summary>Display text.</summary>
    public string? Title { get; init; }

    /// <summary>Scope of the phase.</summary>
    public string? Scope { get; init; }

    /// <summary>low, low-medium, medium, medium-high, high; null when not given.</summary>
    public string? Risk { get; init; }

    /// <summary>Shortest and longest duration; null when not given. The phase never ends before the shortest.</summary>
    public DurationRange? Duration { get; init; }

    /// <summary>Requests are mirrored; conditions look at shadow samples.</summary>
    public bool Shadow { get; init; }

    /// <summary>Static flags in force during the phase, beside the routed one; JSON values by key.</summary>
    public ImmutableArray<FlagValue> Flags { get; init; } = [];

    /// <summary>Steps in order; at least one.</summary>
    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>Criteria that must hold before any step of the phase may end.</summary>
    public ImmutableArray<Criterion> Success { get; init; } = [];

    /// <summary>Triggers in force in this phase only.</summary>
    public ImmutableArray<Trigger> Triggers { get; init; } = [];

    /// <summary>Objectives that people tick.</summary>
    public ImmutableArray<Objective> Objectives { get; init; } = [];

    /// <summary>A go/no-go before the phase may end; null for none.</summary>
    public ReviewPlan? Review { get; init; }

    /// <summary>Overrides the plan's; null takes the plan's.</summary>
    public StalePolicy? OnStale { get; init; }

    /// <summary>Overrides the plan's; null takes the plan's.</summary>
    public UnwatchedPolicy? OnUnwatched { get; init; }

    /// <summary>The phase ends only after legacy served no user for this long; null when it does not watch that.</summary>
    public TimeSpan? LegacyUnusedFor { get; init; }
}

/// <summary>A step: an audience and a hold.</summary>
public sealed record Step
{
    private const int LongestName = 63;

    /// <summary>Name, unique in the plan.</summary>
    public required string Name { get; init; }

    /// <summary>Display text.</summary>
    public string? Title { get; init; }

    /// <summary>Share of users on new. Null keeps the share of the step before.</summary>
    public Share? Percentage { get; init; }

    /// <summary>Segments that join at this step; those of earlier steps stay.</summary>
    public ImmutableArray<string> Segments { get; init; } = [];

    /// <summary>Segments of which a share joins at this step; those of earlier steps stay.</summary>
    public ImmutableArray<SegmentShare> Shares { get; init; } = [];

    /// <summary>Least time the step takes.</summary>
    public TimeSpan Hold { get; init; }

    /// <summary>Criteria that must hold before this step may end, beside the phase's.</summary>
    public ImmutableArray<Criterion> Success { get; init; } = [];

    /// <summary>Triggers in force in this step only.</summary>
    public ImmutableArray<Trigger> Triggers { get; init; } = [];

    /// <summary>Reviews at this step; null for none.</summary>
    public ReviewPlan? Review { get; init; }

    /// <summary>Name of a step that has none of its own: that of its phase, with a number where the phase has several.</summary>
    internal static string Unnamed(string phase, int index, int count) =>
        (count == 1 ? phase : $"{phase}-{index + 1}") is var name && name.Length > LongestName ? name[..LongestName] : name;
}

/// <summary>A condition over a window that must hold before a step may end.</summary>
/// <param name="Name">The rule's text unless the plan names it.</param>
/// <param name="Rule">The rule; <see cref="Rule.Over"/> is the window.</param>
/// <param name="MinSamples">Overrides the sound default; null takes it.</param>
public sealed record Criterion(string Name, Rule Rule, long? MinSamples = null)
{
    /// <summary>Display text; null takes the name.</summary>
    public string? Title { get; init; }
}

/// <summary>A rule that acts when it comes true.</summary>
/// <param name="Name">Unique among the triggers in force together.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Action">Effect when it fires.</param>
/// <param name="Level">critical or warning; by the action unless given.</param>
/// <param name="Segments">Segments that <see cref="TriggerAction.RollbackSegment"/> takes back.</param>
/// <param name="Title">Display text.</param>
/// <param name="Roles">Roles that may decide the review it opens; empty takes the plan's.</param>
public sealed record Trigger(
    string Name, Rule Rule, TriggerAction Action, string Level, ImmutableArray<string> Segments, string? Title = null,
    ImmutableArray<string> Roles = default)
{
    /// <summary>Condition that must hold before a fired trigger is over; null takes the end of its own condition.</summary>
    public Condition? Clear { get; init; }

    /// <summary>Time after it fired in which it does not fire again.</summary>
    public TimeSpan CoolDown { get; init; }

    /// <summary>
    /// True when it is judged for each segment by its own samples; only a guilty one is taken back. <see cref="Segments"/> then lists them;
    /// empty for all of the plan.
    /// </summary>
    public bool PerSegment { get; init; }

    /// <summary>True when the review it opened closes when it clears.</summary>
    public bool ReleaseOnClear { get; init; }

    /// <summary>Number of people of each of <see cref="Roles"/> who must approve the review it opens; empty when any of them may.</summary>
    public ImmutableArray<RoleNeed> Needs { get; init; } = [];
}

/// <summary>Effect of a trigger when it fires.</summary>
public enum TriggerAction
{
    /// <summary>Everyone back to legacy.</summary>
    Rollback,

    /// <summary>Chosen segments back to legacy.</summary>
    RollbackSegment,

    /// <summary>To the step before, and hold there.</summary>
    StepBack,

    /// <summary>Hold and open a review.</summary>
    Review,

    /// <summary>Notify people.</summary>
    Notify,
}

/// <summary>A go/no-go by people.</summary>
/// <param name="Every">Interval of reviews during the step; null for once, at its end.</param>
/// <param name="Roles">Roles that may decide; empty takes the plan's.</param>
/// <param name="Quorum">Number of different people who must approve; null takes the plan's.</param>
/// <param name="Expires">Time after which an open review lapses; null never.</param>
public sealed record ReviewPlan(TimeSpan? Every, ImmutableArray<string> Roles, int? Quorum = null, TimeSpan? Expires = null)
{
    /// <summary>Number of people of each of <see cref="Roles"/> who must approve; empty when any of them may.</summary>
    public ImmutableArray<RoleNeed> Needs { get; init; } = [];
}

/// <summary>Deciders of a go/no-go.</summary>
public sealed record Approval(ImmutableArray<string> Roles, int Quorum, TimeSpan? Expires)
{
    /// <summary>Number of people of each of <see cref="Roles"/> who must approve; empty when any of them may.</summary>
    public ImmutableArray<RoleNeed> Needs { get; init; } = [];
}

/// <summary>Number of people of one role who must approve.</summary>
/// <param name="Role">Name of the role.</param>
/// <param name="People">Number of different people; at least 1.</param>
public sealed record RoleNeed(string Role, int People);

/// <summary>An objective that people tick. A required one must be ticked before its phase may end.</summary>
public sealed record Objective(string Name, string Title, bool Required);

/// <summary>A flag's key and its JSON value, as raw JSON text.</summary>
public sealed record FlagValue(string Key, string Json)
{
    /// <summary>Origin of the value, for display; null in a plan, and for an environment's own.</summary>
    public string? Origin { get; init; }
}

/// <summary>Static flags of one environment.</summary>
public sealed record EnvironmentFlags(string Environment, ImmutableArray<FlagValue> Flags);

/// <summary>Shortest and longest; equal when the plan gave one duration.</summary>
public sealed record DurationRange(TimeSpan Min, TimeSpan Max);

/// <summary>Settings of how signals are judged.</summary>
public sealed record Judgement
{
    /// <summary>Interval at which samples are expected.</summary>
    public TimeSpan Sampling { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Window of ratios, rates and quantiles in triggers.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Least requests in a trigger's window for ratios and quantiles.</summary>
    public long MinTraffic { get; init; } = 100;

    /// <summary>Share of a criterion's window that must be covered, 0 to 1.</summary>
    public double Coverage { get; init; } = 0.95;

    /// <summary>Confidence of a met criterion on a ratio or a quantile, 0 to 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>A criterion that is met within this share of its limit is a warning, 0 to 1.</summary>
    public double Margin { get; init; } = 0.05;

    /// <summary>
    /// Time for which a segment that was taken back is watched more closely after it is restored; null for the hold of the step it is
    /// restored in.
    /// </summary>
    public TimeSpan? CloserWatch { get; init; }

    /// <summary>
    /// Time after which the alert manager repeats that an alert fires (its <c>repeat_interval</c>). An alert that fired and stayed silent
    /// for longer is "no evidence".
    /// </summary>
    public TimeSpan AlertRepeat { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A silence longer than this is "no evidence": four sampling periods.</summary>
    public TimeSpan MaxGap => 4 * Sampling;
}

/// <summary>An alert rule, on a condition or on an event of the rollout.</summary>
/// <param name="Name">Unique.</param>
/// <param name="On">The rule; null when it is on an event.</param>
/// <param name="Event">Name of the event, such as <c>rollout_percentage_changed</c>; null when it is on a rule.</param>
/// <param name="Level">critical, warning or info.</param>
/// <param name="Action">immediate_rollback (on a rule: everyone to legacy), investigate or notify_team, as the strategy names them.</param>
/// <param name="Channels">Its channels; empty for all of its level.</param>
public sealed record AlertRule(string Name, Rule? On, string? Event, string Level, string Action, ImmutableArray<string> Channels)
{
    /// <summary>Display text; null takes the name.</summary>
    public string? Title { get; init; }

    /// <summary>The action that takes everyone back.</summary>
    public const string ImmediateRollback = "immediate_rollback";

    /// <summary>True when it is a trigger: its condition takes everyone back.</summary>
    public bool RollsBack => On is not null && Action == ImmediateRollback;
}

/// <summary>A team: its role here, its responsibilities, its decisions.</summary>
public sealed record Team(string Name, string Role, ImmutableArray<string> Responsibilities, ImmutableArray<string> Decides)
{
    /// <summary>Display text; null shows the name.</summary>
    public string? Title { get; init; }
}

/// <summary>A risk with its mitigation.</summary>
public sealed record Risk(string Name, string Kind, string Mitigation);

/// <summary>A dashboard with its contents.</summary>
public sealed record PlanDashboard(string Name, ImmutableArray<string> Shows);

/// <summary>Times in which steps may end.</summary>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Windows">Open only within these; empty for always.</param>
/// <param name="Freezes">Closed within these.</param>
public sealed record Calendar(string TimeZone, ImmutableArray<ChangeWindow> Windows, ImmutableArray<Freeze> Freezes);

/// <summary>Days of the week with opening and closing local times.</summary>
public sealed record ChangeWindow(ImmutableArray<DayOfWeek> Days, TimeOnly From, TimeOnly To);

/// <summary>A time in which nothing advances.</summary>
public sealed record Freeze(string Name, DateTimeOffset From, DateTimeOffset To);

/// <summary>A target of notifications: <c>webhook</c>, <c>slack</c>, <c>email</c>, <c>pagerduty</c> or <c>teams</c>.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Kind">Kind of the channel.</param>
/// <param name="Target">An http or https address, or one of e-mail.</param>
/// <param name="Levels">Levels that it takes; empty for all, for a pager critical alone.</param>
/// <param name="EscalateTo">The channel that receives a critical incident which was sent here and not acknowledged; null for none.</param>
/// <param name="EscalateAfter">Time to acknowledge it.</param>
public sealed record Channel(
    string Name, string Kind, string Target, ImmutableArray<string> Levels, string? EscalateTo = null, TimeSpan EscalateAfter = default)
{
    /// <summary>Display text; null shows the name.</summary>
    public string? Title { get; init; }

    /// <summary>The kind that wakes people up, and keeps their incidents.</summary>
    public const string PagerDuty = "pagerduty";

    /// <summary>True when the channel takes notifications of this level.</summary>
    public bool Takes(string level) => Levels.IsEmpty ? Kind != PagerDuty || level == "critical" : Levels.Contains(level);
}

/// <summary>An HTTP probe or a metric comparison; exactly one of <paramref name="Probe"/> and <paramref name="Rule"/> is given.</summary>
public sealed record Check(string Name, string? Title, string? Probe, Rule? Rule, TimeSpan? Timeout);

/// <summary>Load that legacy can take back without failing.</summary>
/// <param name="Share">The most users at a time.</param>
/// <param name="Per">The time it needs for them before the next.</param>
public sealed record LegacyCapacity(Share Share, TimeSpan Per);

/// <summary>Answer of a node for a routed flag when its table is stale.</summary>
/// <param name="KeepLastFor">Time past the lease for which the last answer is kept. Zero for legacy at once; null for the last answer
/// without end.</param>
public sealed record StalePolicy(TimeSpan? KeepLastFor)
{
    /// <summary>Legacy at once.</summary>
    public static readonly StalePolicy Legacy = new(TimeSpan.Zero);

    /// <summary>The last answer without end.</summary>
    public static readonly StalePolicy Last = new((TimeSpan?)null);

    /// <summary>The policy as a plan writes it.</summary>
    internal string Text => KeepLastFor switch
    {
        null => "last",
        { Ticks: 0 } => "legacy",
        { } time => $"last for {Durations.Format(time)}, then legacy",
    };
}

/// <summary>Policy for a running rollout that no node watches.</summary>
public enum UnwatchedPolicy
{
    /// <summary>Everyone to legacy until a node watches again.</summary>
    Legacy,

    /// <summary>Keep the last answer.</summary>
    Hold,
}
