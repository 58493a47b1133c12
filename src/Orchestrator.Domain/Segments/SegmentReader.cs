using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Segments;

/// <summary>Result of reading a segment's definition: the definition when there is no error.</summary>
public sealed record SegmentReading(SegmentDefinition? Definition, ImmutableArray<InputError> Errors)
{
    /// <summary>Parts that are valid but probably not meant.</summary>
    public ImmutableArray<InputError> Warnings { get; init; } = [];
}

/// <summary>Reads a segment's definition from a document, in a plan or by itself.</summary>
public static class SegmentReader
{
    /// <summary>
    /// Most regular expressions of a segment: each costs half a millisecond to make, and may hold megabytes while it runs. Those beyond are
    /// counted and not made.
    /// </summary>
    private const int MostPatterns = 20;

    private static readonly string[] Heads = ["all", "any", "not", "optedIn", "attribute"];

    internal static readonly MappingKeys Definition = new("segment", keys: ["title", "balance", .. Heads, .. AttributeTestReader.Keys]);

    internal static readonly MappingKeys Rule = new("segmentRule", keys: [.. Heads, .. AttributeTestReader.Keys]);

    internal static readonly MappingKeys BalanceKeys = new("balance", "by", "cap", "population", "caps");

    /// <summary>Reads a document that is one definition.</summary>
    public static SegmentReading Read(Node root)
    {
        var findings = new Findings();
        var definition = Read(new Field(root, "", findings));
        return new SegmentReading(findings.Any ? null : definition, findings.Errors) { Warnings = findings.Warnings };
    }

    internal static SegmentDefinition? Read(Field field)
    {
        if (field.Mapping(Definition) is not { } mapping)
        {
            return null;
        }

        var patterns = new PatternBudget(MostPatterns);
        var rule = ReadRule(mapping, patterns);
        var balance = mapping["balance"] is { } b ? ReadBalance(b) : null;
        if (patterns.Asked > MostPatterns)
        {
            field.Error($"has {patterns.Asked} regular expressions, more than {MostPatterns} of one segment");
        }

        return rule is null ? null : new SegmentDefinition(mapping["title"]?.Text(), rule, balance);
    }

    private static SegmentRule? ReadRule(Field field, PatternBudget patterns) =>
        field.Mapping(Rule) is { } mapping ? ReadRule(mapping, patterns) : null;

    private static SegmentRule? ReadRule(MappingReader mapping, PatternBudget patterns)
    {
        string[] heads = [.. Heads.Where(h => mapping[h] is not null)];
        if (heads.Length != 1)
        {
            mapping.Field.Error(heads.Length == 0
                ? $"needs one of {string.Join(", ", Heads)}"
                : $"has {string.Join(" and ", heads)}; a rule has one of {string.Join(", ", Heads)} (put the others into all or any)");
            return null;
        }

        if (heads[0] != "attribute" && AttributeTestReader.Keys.FirstOrDefault(t => mapping[t] is not null) is { } stray)
        {
            mapping[stray]!.Error($"'{stray}' tests an attribute, but no attribute is named");
        }

        var value = mapping[heads[0]]!;
        switch (heads[0])
        {
            case "all":
                return new SegmentRule.All(ReadRules(value, patterns));
            case "any":
                return new SegmentRule.Any(ReadRules(value, patterns));
            case "not":
                return ReadRule(value, patterns) is { } inner ? new SegmentRule.Not(inner) : null;
            case "optedIn":
                if (value.Boolean() is false)
                {
                    value.Error("optedIn can only be true; put it under not for the opposite");
                }

                return new SegmentRule.OptedIn();
            default:
                var name = value.Text(256);
                return AttributeTestReader.Read(mapping, patterns) is { } test && name is not null ? new SegmentRule.Attribute(name, test) : null;
        }
    }

    private static ImmutableArray<SegmentRule> ReadRules(Field field, PatternBudget patterns)
    {
        var items = field.Items();
        if (items.IsEmpty && field.Node is Node.Sequence)
        {
            field.Error("must have at least one rule");
        }

        return [.. items.Select(item => ReadRule(item, patterns)).OfType<SegmentRule>()];
    }

    private static Balance? ReadBalance(Field field)
    {
        if (field.Mapping(BalanceKeys) is not { } mapping)
        {
            return null;
        }

        var by = mapping.Items("by").Each(item => item.Text(256));
        var cap = mapping.Require("cap")?.Fraction(zero: false);
        var measured = mapping["population"] is { Node: Node.Scalar { Text: Balance.MeasuredWord } };
        var population = !measured && mapping["population"] is { } p ? p.Fraction(zero: false) : 1;
        if (mapping["population"] is null && cap is { } most)
        {
            field.Warn($"no population is given, so the cohort is {QuantityText.Format(most, Unit.Ratio)} of the users whom the rule matches, not of all users: write 'population: {Balance.MeasuredWord}' to fill it up to its cap");
        }

        var caps = ImmutableArray.CreateBuilder<StratumCap>();
        foreach (var (stratum, value) in mapping["caps"]?.Named("caps") ?? [])
        {
            if (stratum.Split('/').Length != by.Length)
            {
                value.Error($"the stratum '{Field.Short(stratum)}' must name one value for each of {string.Join(", ", by)}, separated by /");
            }

            if (value.Fraction() is { } share)
            {
                caps.Add(new StratumCap(stratum, share));
            }
        }

        return cap is { } c && population is { } known ? new Balance(by, c, known, caps.ToImmutable()) { Measured = measured } : null;
    }
}
