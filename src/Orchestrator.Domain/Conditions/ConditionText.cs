using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Conditions;

/// <summary>Writes conditions as the parser reads them: parsing the text gives an equal condition.</summary>
public static class ConditionText
{
    /// <summary>A rule with its times.</summary>
    public static string Format(Rule rule) =>
        (rule is { Condition: Condition.Joined, For: not null } or { Condition: Condition.Joined, Over: not null }
            ? $"({Format(rule.Condition)})"
            : Format(rule.Condition))
        + (rule.For is { } lasting ? $" for {Durations.Format(lasting)}" : "")
        + (rule.Over is { } window ? $" over {Durations.Format(window)}" : "");

    /// <summary>A condition.</summary>
    public static string Format(Condition condition) => condition switch
    {
        Condition.Comparison c => $"{Format(c.On)} {Sign(c.Operator)} {Format(c.Limit)}",
        Condition.Between b => $"{Format(b.On)} between {Format(b.Low)} and {Format(b.High)}",
        Condition.Absent a => $"absent({Format(a.On)})",
        Condition.Alert a => $"alert({AlertName.Format(a.Name)})",
        Condition.Joined j => string.Join(j.Joint is Joint.And ? " and " : " or ", j.Parts.Select(Part)),
        _ => throw new InvalidOperationException($"unknown condition {condition.GetType().Name}"),
    };

    private static string Part(Condition part) => part switch
    {
        Condition.Joined => $"({Format(part)})",
        { Over: { } window } => $"({Format(part)} over {Durations.Format(window)})",
        _ => Format(part),
    };

    /// <summary>The selection of samples.</summary>
    public static string Format(Subject subject) =>
        (subject.Traffic switch { Traffic.Shadow => "shadow ", Traffic.Live => "live ", _ => "" })
        + (subject.Variant == Variant.Legacy ? "legacy " : "")
        + subject.Metric
        + (subject.Segment is { } segment ? $" in {segment}" : "");

    /// <summary>A limit.</summary>
    public static string Format(Limit limit) => limit switch
    {
        Limit.Fixed f => Units.Format(f.Quantity),
        Limit.OfBaseline { Factor: 1 } => "baseline",
        Limit.OfBaseline b => $"{Units.Plain(Units.Exact(b.Factor) * 100)}% of baseline",
        _ => throw new InvalidOperationException($"unknown limit {limit.GetType().Name}"),
    };

    /// <summary>The sign of a comparison.</summary>
    public static string Sign(Operator comparison) => comparison switch
    {
        Operator.Below => "<",
        Operator.AtMost => "<=",
        Operator.Above => ">",
        Operator.AtLeast => ">=",
        Operator.Equal => "==",
        _ => "!=",
    };
}
