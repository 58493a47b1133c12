using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Rollouts.Amending.Strictness;

/// <summary>The common part of rules of triggers and of criteria.</summary>
internal static class RuleStrictness
{
    /// <summary>A rule in words: condition, window and time.</summary>
    public static string Text(Rule rule) => ConditionText.Format(rule);

    /// <summary>Strictness of the reactions to missing data, from rollback to ignore; a rule without one only equals itself.</summary>
    public static bool AtLeastAsStrict(NoData? was, NoData? now) => was == now || (was, now) switch
    {
        (NoData.Rollback a, NoData.Rollback b) => b.After <= a.After,
        (not null, not null) => Rank(now) > Rank(was),
        _ => false,
    };

    private static int Rank(NoData policy) => policy switch { NoData.Rollback => 3, NoData.Review => 2, NoData.Hold => 1, _ => 0 };
}
