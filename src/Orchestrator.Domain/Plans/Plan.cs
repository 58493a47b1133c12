using System.Collections.Immutable;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Plans;

/// <summary>A progressive rollout strategy as data: what a team wrote, read and checked. Immutable; equal content has an equal <see cref="Hash"/>.</summary>
public sealed record Plan
{
    /// <summary>Name; <c>[a-z0-9][a-z0-9-]{0,62}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    /// <summary>What it is about, for people.</summary>
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

    /// <summary>How signals are judged.</summary>
    public Judgement Judgement { get; init; } = new();

    /// <summary>True when samples that are pushed must be signed.</summary>
    public bool SignedPushes { get; init; }

    /// <summary>Who hears of what.</summary>
    public ImmutableArray<AlertRule> Alerts { get; init; } = [];

    /// <summary>Teams, what they do and what they decide.</summary>
    public ImmutableArray<Team> Teams { get; init; } = [];

    /// <summary>Known risks and what is done about them.</summary>
    public ImmutableArray<Risk> Risks { get; init; } = [];

    /// <summary>Static flags of environments.</summary>
    public ImmutableArray<EnvironmentFlags> Environments { get; init; } = [];

    /// <summary>Dashboards people should find.</summary>
    public ImmutableArray<PlanDashboard> Dashboards { get; init; } = [];

    /// <summary>Who must agree to a go/no-go, unless a review says otherwise.</summary>
    public Approval Approval { get; init; } = new([], 1, null);

    /// <summary>When steps may end.</summary>
    public Calendar? Calendar { get; init; }

    /// <summary>Where notifications go.</summary>
    public ImmutableArray<Channel> Channels { get; init; } = [];

    /// <summary>Probes that tell that legacy is healthy.</summary>
    public ImmutableArray<Check> HealthChecks { get; init; } = [];

    /// <summary>Probes or comparisons that tell that no data was harmed by switching.</summary>
    public ImmutableArray<Check> ConsistencyChecks { get; init; } = [];

    /// <summary>Who is asked for series, beside what services push.</summary>
    public ImmutableArray<SignalSource> Sources { get; init; } = [];

    /// <summary>What a stale node answers; null for legacy, and from the full phase on the last answer.</summary>
    public StalePolicy? OnStale { get; init; }

    /// <summary>How fast legacy can take its load back; null when it can take all of it at once.</summary>
    public LegacyCapacity? Legacy { get; init; }

    /// <summary>Time for which the triggers of the last step watch after completion; null when they do not.</summary>
    public TimeSpan? Bake { get; init; }

    /// <summary>True when all rollouts of this plan in an environment have one salt, so that each exposes the same users first; else each draws its own.</summary>
    public bool KeepsSalt { get; init; }

    /// <summary>Name of the attribute whose value decides the bucket; null for the targeting key.</summary>
    public string? StickyBy { get; init; }

    /// <summary>What happens when nobody watches.</summary>
    public UnwatchedPolicy OnUnwatched { get; init; } = UnwatchedPolicy.Legacy;

    /// <summary>What a stale node answers in a phase.</summary>
    public StalePolicy OnStaleIn(int phase) => Phases[phase].OnStale ?? OnStale ?? (IsFull(phase) ? StalePolicy.Last : StalePolicy.Legacy);

    /// <summary>What happens in a phase when nobody watches.</summary>
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

    /// <summary>For people.</summary>
    public string? Title { get; init; }

    /// <summary>What it covers, for people.</summary>
    public string? Scope { get; init; }

    /// <summary>low, low-medium, medium, medium-high, high; null when not said.</summary>
    public string? Risk { get; init; }

    /// <summary>Shortest and longest time it should take; null when not said. It never ends before the shortest.</summary>
    public DurationRange? Duration { get; init; }

    /// <summary>Requests are mirrored; conditions look at shadow samples.</summary>
    public bool Shadow { get; init; }

    /// <summary>Static flags in force during the phase, beside the routed one; JSON values by key.</summary>
    public ImmutableArray<FlagValue> Flags { get; init; } = [];

    /// <summary>Steps in order; at least one.</summary>
    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>What must hold before any step of the phase may end.</summary>
    public ImmutableArray<Criterion> Success { get; init; } = [];

    /// <summary>Triggers in force in this phase only.</summary>
    public ImmutableArray<Trigger> Triggers { get; init; } = [];

    /// <summary>What people tick.</summary>
    public ImmutableArray<Objective> Objectives { get; init; } = [];

    /// <summary>A go/no-go before the phase may end; null for none.</summary>
    public ReviewPlan? Review { get; init; }

    /// <summary>Overrides the plan's; null takes the plan's.</summary>
    public StalePolicy? OnStale { get; init; }

    /// <summary>Overrides the plan's; null takes the plan's.</summary>
    public UnwatchedPolicy? OnUnwatched { get; init; }

    /// <summary>The phase ends only after legacy served nobody for this long; null when it does not watch that.</summary>
    public TimeSpan? LegacyUnusedFor { get; init; }
}

/// <summary>A step: an audience and a hold.</summary>
public sealed record Step
{
    /// <summary>Name, unique in the plan.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string? Title { get; init; }

    /// <summary>Share of users on new, in 1/1000 of a percent: 0 to 100000. Null keeps the share of the step before.</summary>
    public Share? Percentage { get; init; }

    /// <summary>Segments that join at this step; those of earlier steps stay.</summary>
    public ImmutableArray<string> Segments { get; init; } = [];

    /// <summary>Segments of which a share joins at this step; those of earlier steps stay.</summary>
    public ImmutableArray<SegmentShare> Shares { get; init; } = [];

    /// <summary>Least time the step takes.</summary>
    public TimeSpan Hold { get; init; }

    /// <summary>What must hold before this step may end, beside the phase's.</summary>
    public ImmutableArray<Criterion> Success { get; init; } = [];

    /// <summary>Triggers in force in this step only.</summary>
    public ImmutableArray<Trigger> Triggers { get; init; } = [];

    /// <summary>Reviews at this step; null for none.</summary>
    public ReviewPlan? Review { get; init; }
}

/// <summary>A condition over a window that must hold before a step may end.</summary>
/// <param name="Name">The rule's text unless the plan names it.</param>
/// <param name="Rule">The rule; <see cref="Rule.Over"/> is the window.</param>
/// <param name="MinSamples">Overrides the sound default; null takes it.</param>
public sealed record Criterion(string Name, Rule Rule, long? MinSamples = null)
{
    /// <summary>For people; null takes the name.</summary>
    public string? Title { get; init; }
}

/// <summary>A rule that acts when it comes true.</summary>
/// <param name="Name">Unique among the triggers in force together.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Action">What it does.</param>
/// <param name="Level">critical or warning; by the action unless said.</param>
/// <param name="Segments">Segments that <see cref="TriggerAction.RollbackSegment"/> takes back.</param>
/// <param name="Title">For people.</param>
/// <param name="Roles">Who may decide the review it opens; empty takes the plan's.</param>
public sealed record Trigger(
    string Name, Rule Rule, TriggerAction Action, string Level, ImmutableArray<string> Segments, string? Title = null, ImmutableArray<string> Roles = default)
{
    /// <summary>Once fired it is over only when this holds; null as soon as its own condition does not.</summary>
    public Condition? Clear { get; init; }

    /// <summary>It does not fire again this soon after it fired.</summary>
    public TimeSpan CoolDown { get; init; }

    /// <summary>Judged for each segment by its own samples; only a guilty one is taken back. <see cref="Segments"/> then says which; empty for all of the plan.</summary>
    public bool PerSegment { get; init; }

    /// <summary>The review it opened is closed when it clears.</summary>
    public bool ReleaseOnClear { get; init; }

    /// <summary>So many of each of <see cref="Roles"/> must approve the review it opens; empty when any of them may.</summary>
    public ImmutableArray<RoleNeed> Needs { get; init; } = [];
}

/// <summary>What a trigger does when it fires.</summary>
public enum TriggerAction
{
    /// <summary>Everyone back to legacy.</summary>
    Rollback,

    /// <summary>Chosen segments back to legacy.</summary>
    RollbackSegment,

    /// <summary>To the step before, and hold there.</summary>
    StepBack,

    /// <summary>Hold and ask people.</summary>
    Review,

    /// <summary>Tell people.</summary>
    Notify,
}

/// <summary>A go/no-go by people.</summary>
/// <param name="Every">How often during the step; null for once, at its end.</param>
/// <param name="Roles">Who may decide; empty takes the plan's.</param>
/// <param name="Quorum">How many different people must approve; null takes the plan's.</param>
/// <param name="Expires">An open review lapses after this; null never.</param>
public sealed record ReviewPlan(TimeSpan? Every, ImmutableArray<string> Roles, int? Quorum = null, TimeSpan? Expires = null)
{
    /// <summary>So many of each of <see cref="Roles"/> must approve; empty when any of them may.</summary>
    public ImmutableArray<RoleNeed> Needs { get; init; } = [];
}

/// <summary>Who must agree.</summary>
public sealed record Approval(ImmutableArray<string> Roles, int Quorum, TimeSpan? Expires)
{
    /// <summary>So many of each of <see cref="Roles"/> must approve; empty when any of them may.</summary>
    public ImmutableArray<RoleNeed> Needs { get; init; } = [];
}

/// <summary>So many people of one role must approve.</summary>
/// <param name="Role">Name of the role.</param>
/// <param name="People">How many different people; at least 1.</param>
public sealed record RoleNeed(string Role, int People);

/// <summary>Something people tick. A required one must be ticked before its phase may end.</summary>
public sealed record Objective(string Name, string Title, bool Required);

/// <summary>A flag's key and its JSON value, as raw JSON text.</summary>
public sealed record FlagValue(string Key, string Json)
{
    /// <summary>Where the value comes from, for people; null in a plan, and for an environment's own.</summary>
    public string? Origin { get; init; }
}

/// <summary>Static flags of one environment.</summary>
public sealed record EnvironmentFlags(string Environment, ImmutableArray<FlagValue> Flags);

/// <summary>Shortest and longest; equal when the plan gave one duration.</summary>
public sealed record DurationRange(TimeSpan Min, TimeSpan Max);

/// <summary>How signals are judged.</summary>
public sealed record Judgement
{
    /// <summary>How often samples are expected.</summary>
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

    /// <summary>How long a segment that was taken back is watched more closely after it is restored; null for the hold of the step it is restored in.</summary>
    public TimeSpan? CloserWatch { get; init; }

    /// <summary>Time after which the alert manager repeats that an alert fires (its <c>repeat_interval</c>). An alert that fired and stayed silent for longer is "no evidence".</summary>
    public TimeSpan AlertRepeat { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A silence longer than this is "no evidence": four sampling periods.</summary>
    public TimeSpan MaxGap => 4 * Sampling;
}

/// <summary>An alert for people, on a condition or on something that happens to the rollout.</summary>
/// <param name="Name">Unique.</param>
/// <param name="On">The rule; null when it is on an event.</param>
/// <param name="Event">Name of the happening, such as <c>rollout_percentage_changed</c>; null when it is on a rule.</param>
/// <param name="Level">critical, warning or info.</param>
/// <param name="Action">immediate_rollback (on a rule: everyone to legacy), investigate or notify_team, as the strategy names them.</param>
/// <param name="Channels">Where it goes; empty for all of its level.</param>
public sealed record AlertRule(string Name, Rule? On, string? Event, string Level, string Action, ImmutableArray<string> Channels)
{
    /// <summary>For people; null takes the name.</summary>
    public string? Title { get; init; }

    /// <summary>The action that takes everyone back.</summary>
    public const string ImmediateRollback = "immediate_rollback";

    /// <summary>True when it is a trigger: its condition takes everyone back.</summary>
    public bool RollsBack => On is not null && Action == ImmediateRollback;
}

/// <summary>A team: its role here, what it does, what it decides.</summary>
public sealed record Team(string Name, string Role, ImmutableArray<string> Responsibilities, ImmutableArray<string> Decides)
{
    /// <summary>Display text; null shows the name.</summary>
    public string? Title { get; init; }
}

/// <summary>A risk and what is done about it.</summary>
public sealed record Risk(string Name, string Kind, string Mitigation);

/// <summary>A dashboard and what it shows.</summary>
public sealed record PlanDashboard(string Name, ImmutableArray<string> Shows);

/// <summary>When steps may end.</summary>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Windows">Open only within these; empty for always.</param>
/// <param name="Freezes">Closed within these.</param>
public sealed record Calendar(string TimeZone, ImmutableArray<ChangeWindow> Windows, ImmutableArray<Freeze> Freezes);

/// <summary>Days of the week with opening and closing local times.</summary>
public sealed record ChangeWindow(ImmutableArray<DayOfWeek> Days, TimeOnly From, TimeOnly To);

/// <summary>A time in which nothing advances.</summary>
public sealed record Freeze(string Name, DateTimeOffset From, DateTimeOffset To);

/// <summary>Where notifications go: <c>webhook</c>, <c>slack</c>, <c>email</c>, <c>pagerduty</c> or <c>teams</c>.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Kind">How it is reached.</param>
/// <param name="Target">An http or https address, or one of e-mail.</param>
/// <param name="Levels">What it takes; empty for all, of a pager for what is critical.</param>
/// <param name="EscalateTo">The channel that hears of a critical incident told here which nobody acknowledged; null for none.</param>
/// <param name="EscalateAfter">How long people have to acknowledge it.</param>
public sealed record Channel(
    string Name, string Kind, string Target, ImmutableArray<string> Levels, string? EscalateTo = null, TimeSpan EscalateAfter = default)
{
    /// <summary>Display text; null shows the name.</summary>
    public string? Title { get; init; }

    /// <summary>The kind that wakes people up, and keeps their incidents.</summary>
    public const string PagerDuty = "pagerduty";

    /// <summary>Whether notifications of this level are for it.</summary>
    public bool Takes(string level) => Levels.IsEmpty ? Kind != PagerDuty || level == "critical" : Levels.Contains(level);
}

/// <summary>An HTTP probe or a metric comparison; exactly one of <paramref name="Probe"/> and <paramref name="Rule"/> is given.</summary>
public sealed record Check(string Name, string? Title, string? Probe, Rule? Rule, TimeSpan? Timeout);

/// <summary>What legacy can take back without falling over.</summary>
/// <param name="Share">The most users at a time, in 1/1000 of a percent.</param>
/// <param name="Per">The time it needs for them before the next.</param>
public sealed record LegacyCapacity(Share Share, TimeSpan Per);

/// <summary>What a node answers for a routed flag when its table is stale.</summary>
/// <param name="KeepLastFor">How long past the lease the last answer is kept. Zero for legacy at once; null for the last answer without end.</param>
public sealed record StalePolicy(TimeSpan? KeepLastFor)
{
    /// <summary>Legacy at once.</summary>
    public static readonly StalePolicy Legacy = new(TimeSpan.Zero);

    /// <summary>The last answer without end.</summary>
    public static readonly StalePolicy Last = new((TimeSpan?)null);

    /// <summary>As a plan says it.</summary>
    internal string Text => KeepLastFor switch
    {
        null => "last",
        { Ticks: 0 } => "legacy",
        { } time => $"last for {Durations.Format(time)}, then legacy",
    };
}

/// <summary>What happens to a running rollout that nobody watches.</summary>
public enum UnwatchedPolicy
{
    /// <summary>Everyone to legacy until somebody watches again.</summary>
    Legacy,

    /// <summary>Keep the last answer.</summary>
    Hold,
}
