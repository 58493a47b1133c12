using System.Collections.Immutable;

namespace Orchestrator.Domain.Conditions;

/// <summary>The single conditions inside a condition, and their verdicts joined again.</summary>
public static class ConditionTree
{
    /// <summary>Most single conditions of one rule: each one is a query to the windows in every round.</summary>
    public const int MostParts = 16;

    /// <summary>Most nested brackets.</summary>
    public const int Deepest = 4;

    /// <summary>Single conditions from left to right; a single condition gives itself.</summary>
    public static IEnumerable<Condition> Leaves(this Condition condition) =>
        condition is Condition.Joined joined ? joined.Parts.SelectMany(Leaves) : [condition];

    /// <summary>The window of each single condition of the rule; null where the rule gives none.</summary>
    public static IEnumerable<TimeSpan?> Windows(this Rule rule) => rule.Condition.Leaves().Select(leaf => leaf.Over ?? rule.Over);

    /// <summary>True for a metric compared with limits; false for absence, alerts and joined conditions.</summary>
    public static bool Compares(this Condition condition) => condition is Condition.Comparison or Condition.Between;

    /// <summary>The segment of every metric of the condition; null when they differ or one is over all users.</summary>
    public static string? Segment(this Condition condition)
    {
        string? shared = null;
        foreach (var leaf in condition.Leaves())
        {
            if (leaf.Subject is not { } subject)
            {
                continue;
            }

            if (subject.Segment is null || (shared is not null && shared != subject.Segment))
            {
                return null;
            }

            shared = subject.Segment;
        }

        return shared;
    }

    /// <summary>The condition with each single one replaced.</summary>
    public static Condition Map(this Condition condition, Func<Condition, Condition> change) =>
        condition is Condition.Joined joined
            ? joined with { Parts = [.. joined.Parts.Select(part => part.Map(change))] }
            : change(condition);

    /// <summary>
    /// The verdict on the whole from those on its single conditions, in the three-valued logic of Kleene (1938): false and unknown is
    /// false, true or unknown is true, everything else with an unknown part is unknown. A warning is a weaker "met".
    /// </summary>
    /// <param name="condition">The whole.</param>
    /// <param name="verdicts">One for each of <see cref="Leaves"/>, in their order.</param>
    public static Verdict Join(Condition condition, IReadOnlyList<Verdict> verdicts)
    {
        var next = 0;
        return Join(condition, verdicts, ref next);
    }

    /// <summary>The same for truth values; null is unknown.</summary>
    public static bool? Join(Condition condition, IEnumerable<bool?> holds) =>
        Join(condition,
            [.. holds.Select(one => one switch { true => Verdict.Met, false => Verdict.Breached, _ => Verdict.NoEvidence })]) switch
        {
            Verdict.Met => true,
            Verdict.Breached => false,
            _ => null,
        };

    /// <summary>
    /// Divisor of each single condition's doubt (1 - confidence), in the order of <see cref="Leaves"/>. An "or" is met when any part is, so
    /// each part gets its share of the error that the whole may make (Bonferroni); an "and" is met only with all parts, which needs no
    /// correction.
    /// </summary>
    public static ImmutableArray<int> Doubts(Condition condition)
    {
        var doubts = ImmutableArray.CreateBuilder<int>();
        Divide(condition, 1, doubts);
        return doubts.ToImmutable();
    }

    private static void Divide(Condition condition, int by, ImmutableArray<int>.Builder doubts)
    {
        if (condition is not Condition.Joined joined)
        {
            doubts.Add(by);
            return;
        }

        foreach (var part in joined.Parts)
        {
            Divide(part, joined.Joint is Joint.Or ? by * joined.Parts.Length : by, doubts);
        }
    }

    private static Verdict Join(Condition condition, IReadOnlyList<Verdict> verdicts, ref int next)
    {
        if (condition is not Condition.Joined joined)
        {
            return verdicts[next++];
        }

        var whole = Join(joined.Parts[0], verdicts, ref next);
        foreach (var part in joined.Parts.AsSpan()[1..])
        {
            var verdict = Join(part, verdicts, ref next);
            whole = Rank(verdict) < Rank(whole) == (joined.Joint is Joint.And) ? verdict : whole;
        }

        return whole;
    }

    /// <summary>The order in which "and" takes the lowest and "or" the highest.</summary>
    private static int Rank(Verdict verdict) =>
        verdict switch { Verdict.Breached => 0, Verdict.NoEvidence => 1, Verdict.Warning => 2, _ => 3 };
}
