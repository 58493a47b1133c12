using System.Collections.Immutable;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Conditions;

/// <summary>A pure predicate over metric windows and alerts, as written in a plan: <c>error_rate &gt; 0.5%</c>.</summary>
public abstract record Condition
{
    private Condition()
    {
    }

    /// <summary>The metric of the condition; null for an alert, and for joined conditions, each of which has its own.</summary>
    public virtual Subject? Subject => null;

    /// <summary>The window of this part of a joined condition; null takes that of the rule. Null for a single condition.</summary>
    public TimeSpan? Over { get; init; }

    /// <summary>A metric against a limit.</summary>
    public sealed record Comparison(Subject On, Operator Operator, Limit Limit) : Condition
    {
        /// <inheritdoc />
        public override Subject? Subject => On;
    }

    /// <summary>A metric within two limits, both included.</summary>
    public sealed record Between(Subject On, Limit Low, Limit High) : Condition
    {
        /// <inheritdoc />
        public override Subject? Subject => On;
    }

    /// <summary>No sample of the metric arrived, from a variant that has been exercised in this step.</summary>
    public sealed record Absent(Subject On) : Condition
    {
        /// <inheritdoc />
        public override Subject? Subject => On;
    }

    /// <summary>An alert of this name is firing.</summary>
    public sealed record Alert(string Name) : Condition;

    /// <summary>Conditions joined by one word. A part is single, or joined by the other word.</summary>
    /// <param name="Joint">The word.</param>
    /// <param name="Parts">At least two.</param>
    public sealed record Joined(Joint Joint, ImmutableArray<Condition> Parts) : Condition
    {
        /// <inheritdoc />
        public bool Equals(Joined? other) =>
            other is not null && Joint == other.Joint && Over == other.Over && Parts.SequenceEqual(other.Parts);

        /// <inheritdoc />
        public override int GetHashCode() => HashCode.Combine(Joint, Parts.Length, Parts[0]);
    }
}

/// <summary>The word between joined conditions.</summary>
public enum Joint
{
    /// <summary>All of them hold.</summary>
    And,

    /// <summary>At least one of them holds.</summary>
    Or,
}

/// <summary>Comparison of a value with a limit.</summary>
public enum Operator
{
    /// <summary>&lt;</summary>
    Below,

    /// <summary>&lt;=</summary>
    AtMost,

    /// <summary>&gt;</summary>
    Above,

    /// <summary>&gt;=</summary>
    AtLeast,

    /// <summary>==</summary>
    Equal,

    /// <summary>!=</summary>
    NotEqual,
}

/// <summary>The limit that a value is compared with.</summary>
public abstract record Limit
{
    private Limit()
    {
    }

    /// <summary>A number written in the plan.</summary>
    public sealed record Fixed(Quantity Quantity) : Limit;

    /// <summary>A multiple of the metric's baseline: <c>115% of baseline</c> and <c>1.15x baseline</c> are both 1.15.</summary>
    public sealed record OfBaseline(double Factor) : Limit;
}

/// <summary>Selection of samples: <c>legacy error_rate</c>, <c>shadow error_rate</c>, <c>error_rate in beta</c>.</summary>
/// <param name="Metric">Name of a metric of the plan, or the built-in <c>incidents</c>.</param>
/// <param name="Variant">Variant of the samples; <see cref="Variant.New"/> when the condition names none.</param>
/// <param name="Traffic">Traffic of the samples; null when the condition names none: live, or shadow in a phase that shadows.</param>
/// <param name="Segment">Null for all users together.</param>
public sealed record Subject(string Metric, Variant Variant = Variant.New, Traffic? Traffic = null, string? Segment = null);

/// <summary>A condition with its durations, as one rule of a plan.</summary>
/// <param name="Condition">The predicate.</param>
/// <param name="For">Time for which it must hold without a break; null fires on the first full evaluation.</param>
/// <param name="Over">The window it is measured over; null takes the plan's window.</param>
/// <param name="Text">The rule as it was written.</param>
public sealed record Rule(Condition Condition, TimeSpan? For, TimeSpan? Over, string Text)
{
    /// <summary>
    /// Error rate (0 to 1) of a sequential test against legacy, which holds for any number of looks; null compares the values as they are.
    /// </summary>
    public double? Alpha { get; init; }

    /// <summary>Number of requests that count as one in that test, because they fail or succeed together.</summary>
    public double DesignEffect { get; init; } = 1;

    /// <summary>
    /// Reaction when no sender reports the metric any more; null for the default: a trigger that undoes holds the step once it was
    /// measured.
    /// </summary>
    public NoData? OnNoData { get; init; }

    /// <summary>The longest time without a sample of its metric that a "for" survives; null takes four sampling periods.</summary>
    public TimeSpan? MaxGap { get; init; }

    /// <summary>True when both come true at the same moment, however they were written.</summary>
    public bool MeansTheSameAs(Rule other) =>
        Condition == other.Condition && For == other.For && Over == other.Over && Alpha == other.Alpha
        && DesignEffect == other.DesignEffect && MaxGap == other.MaxGap;
}

/// <summary>Reaction when a rule cannot be judged because no sender reports its metric.</summary>
public abstract record NoData
{
    private NoData()
    {
    }

    /// <summary>The step does not end.</summary>
    public sealed record Hold : NoData;

    /// <summary>A review is opened.</summary>
    public sealed record Review : NoData;

    /// <summary>Nothing follows: the metric is reported only now and then.</summary>
    public sealed record Ignore : NoData;

    /// <summary>Everyone to legacy, when it has lasted this long.</summary>
    public sealed record Rollback(TimeSpan After) : NoData;
}

/// <summary>Reference value when a limit is relative to a baseline.</summary>
public abstract record Baseline
{
    private Baseline()
    {
    }

    /// <summary>A number written in the plan.</summary>
    public sealed record Fixed(Quantity Quantity) : Baseline;

    /// <summary>The legacy variant, measured at the same time over the same window.</summary>
    public sealed record Legacy : Baseline;

    /// <summary>The same metric over the time before, scaled to the window where it is a count.</summary>
    public sealed record Trailing(TimeSpan Duration) : Baseline;
}

/// <summary>Result of judging a condition.</summary>
public enum Verdict
{
    /// <summary>Too little was measured to decide. Never success.</summary>
    NoEvidence,

    /// <summary>It holds.</summary>
    Met,

    /// <summary>It does not hold.</summary>
    Breached,

    /// <summary>It holds, but is close enough to its limit that a person should look.</summary>
    Warning,
}
