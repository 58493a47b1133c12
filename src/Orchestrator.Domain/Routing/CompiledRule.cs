using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>Result of testing a rule with the attributes of a request.</summary>
internal enum Match : byte
{
    No,
    Yes,

    /// <summary>The result depends on the targeting key, and there is none.</summary>
    KeyNeeded,
}

/// <summary>
/// A rule of a segment with its constants ready to compare, attributes as slots. A test allocates nothing and never throws.
/// </summary>
internal abstract class CompiledRule
{
    public abstract Match Test(EvaluationContext user);

    /// <summary>One row for each rule that tests something, in source order.</summary>
    public abstract void Explain(EvaluationContext user, string segment, List<ExplainedRule> rows);

    /// <summary>Order of tests: rules that hash the user's key come last. The cheap ones often decide, and then no key is needed.</summary>
    protected virtual int Cost => 0;

    public static CompiledRule Compile(SegmentRule rule, MemberSet members, NameIndex names) => rule switch
    {
        SegmentRule.All all => new AllOf([.. all.Rules.Select(inner => Compile(inner, members, names))]),
        SegmentRule.Any any => new AnyOf([.. any.Rules.Select(inner => Compile(inner, members, names))]),
        SegmentRule.Not not => new NoneOf(Compile(not.Rule, members, names)),
        SegmentRule.OptedIn => new MemberOf(members),
        SegmentRule.Attribute attribute => CompiledTest.Compile(attribute, names.Find(attribute.Name)),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
    };

    /// <summary>Names of the attributes that a rule tests.</summary>
    public static IEnumerable<string> Attributes(SegmentRule rule) => rule switch
    {
        SegmentRule.All all => all.Rules.SelectMany(Attributes),
        SegmentRule.Any any => any.Rules.SelectMany(Attributes),
        SegmentRule.Not not => Attributes(not.Rule),
        SegmentRule.Attribute attribute => [attribute.Name],
        _ => [],
    };

    private abstract class Combined(CompiledRule[] rules) : CompiledRule
    {
        protected CompiledRule[] ByCost { get; } = [.. rules.OrderBy(rule => rule.Cost)];

        protected override int Cost => rules.Select(rule => rule.Cost).DefaultIfEmpty().Max();

        public override void Explain(EvaluationContext user, string segment, List<ExplainedRule> rows)
        {
            foreach (var rule in rules)
            {
                rule.Explain(user, segment, rows);
            }
        }
    }

    private sealed class AllOf(CompiledRule[] rules) : Combined(rules)
    {
        public override Match Test(EvaluationContext user)
        {
            var result = Match.Yes;
            foreach (var rule in ByCost)
            {
                var match = rule.Test(user);
                if (match == Match.No)
                {
                    return Match.No;
                }

                result = match == Match.KeyNeeded ? Match.KeyNeeded : result;
            }

            return result;
        }
    }

    private sealed class AnyOf(CompiledRule[] rules) : Combined(rules)
    {
        public override Match Test(EvaluationContext user)
        {
            var result = Match.No;
            foreach (var rule in ByCost)
            {
                var match = rule.Test(user);
                if (match == Match.Yes)
                {
                    return Match.Yes;
                }

                result = match == Match.KeyNeeded ? Match.KeyNeeded : result;
            }

            return result;
        }
    }

    private sealed class NoneOf(CompiledRule rule) : Combined([rule])
    {
        public override Match Test(EvaluationContext user) => ByCost[0].Test(user) switch
        {
            Match.Yes => Match.No,
            Match.No => Match.Yes,
            var unknown => unknown,
        };
    }

    private sealed class MemberOf(MemberSet members) : CompiledRule
    {
        protected override int Cost => 1;

        public override Match Test(EvaluationContext user) =>
            members.Count == 0 ? Match.No
            : !user.HasTargetingKey ? Match.KeyNeeded
            : members.Contains(user.TargetingKey) ? Match.Yes : Match.No;

        public override void Explain(EvaluationContext user, string segment, List<ExplainedRule> rows)
        {
            var match = Test(user);
            var saw = match switch
            {
                Match.KeyNeeded => "no targeting key",
                Match.Yes => "a member",
                _ => "not a member",
            };
            rows.Add(new ExplainedRule($"{segment}: opted in", match == Match.Yes, saw));
        }
    }
}
