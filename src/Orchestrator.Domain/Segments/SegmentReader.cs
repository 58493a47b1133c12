using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Segments;

/// <summary>What came of reading a segment's definition: the definition when there is no error.</summary>
public sealed record SegmentReading(SegmentDefinition? Definition, ImmutableArray<InputError> Errors);

/// <summary>Reads a segment's definition from a document, in a plan or by itself.</summary>
public static class SegmentReader
{
    internal static readonly MappingKeys Definition = new(
        "segment", "title", "balance", "all", "any", "not", "optedIn", "attribute",
        "equals", "in", "startsWith", "endsWith", "contains", "number", "version", "date");

    internal static readonly MappingKeys Rule = new(
        "segmentRule", "all", "any", "not", "optedIn", "attribute", "equals", "in", "startsWith", "endsWith", "contains", "number", "version", "date");

    internal static readonly MappingKeys BalanceKeys = new("balance", "by", "cap", "population", "caps");

    private static readonly string[] Heads = ["all", "any", "not", "optedIn", "attribute"];

    private static readonly string[] Tests = ["equals", "in", "startsWith", "endsWith", "contains", "number", "version", "date"];

    /// <summary>Reads a document that is one definition.</summary>
    public static SegmentReading Read(Node root)
    {
        var findings = new Findings();
        var definition = Read(new Field(root, "", findings));
        return new SegmentReading(findings.Any ? null : definition, findings.Errors);
    }

    internal static SegmentDefinition? Read(Field field)
    {
        if (field.Mapping(Definition) is not { } mapping)
        {
            return null;
        }

        var rule = ReadRule(mapping);
        var balance = mapping["balance"] is { } b ? ReadBalance(b) : null;
        return rule is null ? null : new SegmentDefinition(mapping["title"]?.Text(), rule, balance);
    }

    private static SegmentRule? ReadRule(Field field) => field.Mapping(Rule) is { } mapping ? ReadRule(mapping) : null;

    private static SegmentRule? ReadRule(MappingReader mapping)
    {
        string[] heads = [.. Heads.Where(h => mapping[h] is not null)];
        if (heads.Length != 1)
        {
            mapping.Field.Error(heads.Length == 0
                ? $"needs one of {string.Join(", ", Heads)}"
                : $"has {string.Join(" and ", heads)}; a rule has one of {string.Join(", ", Heads)} (put the others into all or any)");
            return null;
        }

        if (heads[0] != "attribute" && Tests.FirstOrDefault(t => mapping[t] is not null) is { } stray)
        {
            mapping[stray]!.Error($"'{stray}' tests an attribute, but no attribute is named");
        }

        var value = mapping[heads[0]]!;
        switch (heads[0])
        {
            case "all":
                return new SegmentRule.All(ReadRules(value));
            case "any":
                return new SegmentRule.Any(ReadRules(value));
            case "not":
                return ReadRule(value) is { } inner ? new SegmentRule.Not(inner) : null;
            case "optedIn":
                if (value.Boolean() is false)
                {
                    value.Error("optedIn can only be true; put it under not to say the opposite");
                }

                return new SegmentRule.OptedIn();
            default:
                var name = value.Text(256);
                return ReadTest(mapping) is { } test && name is not null ? new SegmentRule.Attribute(name, test) : null;
        }
    }

    private static ImmutableArray<SegmentRule> ReadRules(Field field)
    {
        var items = field.Items();
        if (items.IsEmpty && field.Node is Node.Sequence)
        {
            field.Error("must have at least one rule");
        }

        return [.. items.Select(ReadRule).OfType<SegmentRule>()];
    }

    private static AttributeTest? ReadTest(MappingReader mapping)
    {
        string[] tests = [.. Tests.Where(t => mapping[t] is not null)];
        if (tests.Length != 1)
        {
            mapping.Field.Error(
                $"an attribute needs exactly one of {string.Join(", ", Tests)}, but has {(tests.Length == 0 ? "none" : string.Join(" and ", tests))}");
            return null;
        }

        var value = mapping[tests[0]]!;
        switch (tests[0])
        {
            case "equals":
                return Constant(value) is { } constant ? new AttributeTest.EqualTo(constant) : null;
            case "in":
                return new AttributeTest.OneOf([.. value.Items().Select(Constant).OfType<AttributeValue>()]);
            case "startsWith":
                return value.Text() is { } start ? new AttributeTest.StartsWith(start) : null;
            case "endsWith":
                return value.Text() is { } end ? new AttributeTest.EndsWith(end) : null;
            case "contains":
                return value.Text() is { } part ? new AttributeTest.Contains(part) : null;
            default:
                return Ordered(tests[0], value);
        }
    }

    private static AttributeTest? Ordered(string test, Field field)
    {
        if (field.Text() is not { } text)
        {
            return null;
        }

        (Comparison Comparison, int Length)? sign = text switch
        {
            ['<', '=', ..] => (Comparison.AtMost, 2),
            ['>', '=', ..] => (Comparison.AtLeast, 2),
            ['=', '=', ..] => (Comparison.Equal, 2),
            ['<', ..] => (Comparison.Below, 1),
            ['>', ..] => (Comparison.Above, 1),
            _ => null,
        };
        var rest = text[(sign?.Length ?? 0)..].Trim();
        AttributeTest? read = (sign, test) switch
        {
            (null, _) => null,
            ({ Comparison: var by }, "number") when NumberText.TryNormalise(rest, out var normal) =>
                new AttributeTest.Number(by, double.Parse(normal, CultureInfo.InvariantCulture)),
            ({ Comparison: var by }, "version") when IsVersion(rest) => new AttributeTest.Version(by, rest),
            ({ Comparison: var by }, "date") when DateTimeOffset.TryParseExact(
                rest, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) => new AttributeTest.Date(by, instant),
            _ => null,
        };
        if (read is null)
        {
            var sample = test switch { "number" => "\">= 18\"", "version" => "\">= 2.1.0\"", _ => "\"< 2026-01-31T00:00:00Z\"" };
            field.Error($"must be one of <, <=, ==, >=, > and a {test}, such as {sample}, but is {field.Shown}");
        }

        return read;
    }

    /// <summary>MAJOR.MINOR.PATCH with an optional pre-release and build, as semver.org 2.0.0 writes them.</summary>
    private static bool IsVersion(string text)
    {
        var core = text.Split('+')[0].Split('-')[0].Split('.');
        return core.Length == 3 && core.All(part => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit))
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+');
    }

    private static AttributeValue? Constant(Field field)
    {
        switch (field.Node)
        {
            case Node.Scalar { Type: ScalarType.Text } scalar:
                return AttributeValue.Of(scalar.Text);
            case Node.Scalar { Type: ScalarType.Boolean } scalar:
                return AttributeValue.Of(scalar.Text == "true");
            case Node.Scalar { Type: ScalarType.Number } scalar when NumberText.TryNormalise(scalar.Text, out var number):
                return AttributeValue.Of(double.Parse(number, CultureInfo.InvariantCulture));
            default:
                field.Error($"must be a text, a number, true or false, but is {field.Told}");
                return null;
        }
    }

    private static Balance? ReadBalance(Field field)
    {
        if (field.Mapping(BalanceKeys) is not { } mapping)
        {
            return null;
        }

        var by = mapping.Items("by").Each(item => item.Text(256));
        var cap = mapping.Require("cap")?.Fraction(zero: false);
        var population = mapping["population"] is { } p ? p.Fraction(zero: false) : 1;
        var caps = ImmutableArray.CreateBuilder<StratumCap>();
        foreach (var (stratum, value) in mapping["caps"]?.Named("caps") ?? [])
        {
            if (stratum.Split('/').Length != by.Length)
            {
                value.Error($"the stratum '{Field.Short(stratum)}' must name one value for each of {string.Join(", ", by)}, parted by /");
            }

            if (value.Fraction() is { } share)
            {
                caps.Add(new StratumCap(stratum, share));
            }
        }

        return cap is { } c && population is { } known ? new Balance(by, c, known, caps.ToImmutable()) : null;
    }
}
