using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>
/// Implication between conditions. Sound, not complete: for a pair without a result, one may still follow from the other.
/// </summary>
internal static class ConditionCover
{
    /// <summary>True when <paramref name="wide"/> certainly holds whenever <paramref name="narrow"/> does.</summary>
    public static bool Covers(Condition wide, Condition narrow) => (wide, narrow) switch
    {
        _ when wide == narrow => true,
        (_, Condition.Joined { Joint: Joint.Or } any) => any.Parts.All(part => Covers(wide, part)),
        (Condition.Joined { Joint: Joint.And } all, _) => all.Parts.All(part => Covers(part, narrow)),
        (Condition.Joined { Joint: Joint.Or } any, _) when any.Parts.Any(part => Covers(part, narrow)) => true,
        (_, Condition.Joined { Joint: Joint.And } all) => all.Parts.Any(part => Covers(wide, part)),
        _ when wide.Over != narrow.Over || wide.Subject != narrow.Subject || wide.Subject is null => false,
        (Condition.Comparison outer, Condition.Comparison inner) => Covers(outer, inner),
        (Condition.Comparison outer, Condition.Between inner) =>
            Holds(outer, inner.Low) && Holds(outer, inner.High) && outer.Operator is not (Operator.Equal or Operator.NotEqual),
        (Condition.Between outer, Condition.Between inner) => Compare(outer.Low, inner.Low) <= 0 && Compare(outer.High, inner.High) >= 0,
        (Condition.Between outer, Condition.Comparison { Operator: Operator.Equal } inner) =>
            Compare(outer.Low, inner.Limit) <= 0 && Compare(outer.High, inner.Limit) >= 0,
        _ => false,
    };

    private static bool Covers(Condition.Comparison wide, Condition.Comparison narrow) =>
        (wide.Operator, narrow.Operator, Compare(wide.Limit, narrow.Limit)) switch
        {
            (_, Operator.Equal, _) => Holds(wide, narrow.Limit),
            (Operator.Above or Operator.AtLeast, Operator.Above or Operator.AtLeast, < 0) => true,
            (Operator.AtLeast, Operator.Above, 0) => true,
            (Operator.Below or Operator.AtMost, Operator.Below or Operator.AtMost, > 0) => true,
            (Operator.AtMost, Operator.Below, 0) => true,
            _ => false,
        };

    /// <summary>True when a value at the limit satisfies the comparison.</summary>
    private static bool Holds(Condition.Comparison comparison, Limit value) =>
        (comparison.Operator, Compare(value, comparison.Limit)) switch
        {
            (Operator.Above, > 0) or (Operator.AtLeast, >= 0) or (Operator.Below, < 0) or (Operator.AtMost, <= 0) or (Operator.Equal, 0)
                or (Operator.NotEqual, > 0 or < 0) => true,
            _ => false,
        };

    /// <summary>Order of two limits of one kind; null between a number and a baseline, or when units differ.</summary>
    private static int? Compare(Limit one, Limit other) => (one, other) switch
    {
        (Limit.Fixed a, Limit.Fixed b) when a.Quantity.Unit == b.Quantity.Unit => a.Quantity.Value.CompareTo(b.Quantity.Value),
        (Limit.OfBaseline a, Limit.OfBaseline b) => a.Factor.CompareTo(b.Factor),
        _ => null,
    };
}
