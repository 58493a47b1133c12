using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>A compiled segment.</summary>
internal sealed class CompiledSegment
{
    private readonly CompiledRule _rule;
    private readonly CompiledBalance? _balance;

    /// <param name="source">The segment.</param>
    /// <param name="names">Attributes by number.</param>
    /// <param name="before">The former compiled segment: its count continues while the rule is the same.</param>
    public CompiledSegment(SegmentModel source, NameIndex names, CompiledSegment? before = null)
    {
        Source = source;
        Population = source.Definition.Balance is null ? null
            : before is { Population: { } counted } && ReferenceEquals(before.Source.Definition.Rule, source.Definition.Rule)
            ? counted
            : new SegmentTally(source.Definition);
        _rule = CompiledRule.Compile(source.Definition.Rule, source.Members, names);
        _balance = source.Definition.Balance is { } balance ? new CompiledBalance(source.Key, balance, names) : null;
    }

    public SegmentModel Source { get; }

    /// <summary>Count of evaluated users; null for a segment without a cap.</summary>
    public SegmentTally? Population { get; }

    /// <summary>Counts an evaluated user, if the rule alone decides whether it matches. Allocates nothing after the first.</summary>
    public void Count(EvaluationContext user, uint hash)
    {
        if (_rule.Test(user) is var match and not Match.KeyNeeded)
        {
            Population!.Note(hash, match == Match.Yes);
        }
    }

    public static IEnumerable<string> Attributes(SegmentDefinition definition) =>
        [.. CompiledRule.Attributes(definition.Rule), .. definition.Balance?.By ?? []];

    public Match Contains(EvaluationContext user)
    {
        var match = _rule.Test(user);
        if (match == Match.No || _balance is null)
        {
            return match;
        }

        // Outside of its stratum's share, the result of the rule no longer matters.
        var within = _balance.Test(user);
        return within == Match.Yes ? match : within;
    }

    public Match Explain(EvaluationContext user, string role, List<ExplainedRule> rows)
    {
        var match = Contains(user);
        var saw = match switch
        {
            Match.Yes => "a user of the segment",
            Match.No => "not a user of the segment",
            _ => "no targeting key",
        };
        rows.Add(new ExplainedRule($"segment {Source.Key} {role}", match == Match.Yes, saw));
        _rule.Explain(user, Source.Key, rows);
        _balance?.Explain(user, Source.Key, rows);
        return match;
    }
}
