using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Segments;

/// <summary>Reads the one test beside <c>attribute</c>, and <c>ignoreCase</c> where it compares texts.</summary>
internal static class AttributeTestReader
{
    private static readonly string[] Tests =
        ["equals", "in", "startsWith", "endsWith", "contains", "matches", "inNetworks", "number", "version", "dottedVersion", "date"];

    private static readonly string[] OfTexts = ["equals", "in", "startsWith", "endsWith", "contains", "matches"];

    private static readonly string[] Instants = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    public static ImmutableArray<string> Keys { get; } = [.. Tests, "ignoreCase"];

    public static AttributeTest? Read(MappingReader mapping, PatternBudget patterns)
    {
        string[] tests = [.. Tests.Where(t => mapping[t] is not null)];
        var ignoreCase = mapping["ignoreCase"] is { } ignore && ignore.Boolean() is true;
        if (tests.Length != 1)
        {
            mapping.Field.Error(
                $"an attribute needs exactly one of {string.Join(", ", Tests)}, but has {(tests.Length == 0 ? "none" : string.Join(" and ", tests))}");
            return null;
        }

        if (mapping["ignoreCase"] is { } stray && !OfTexts.Contains(tests[0]))
        {
            stray.Error($"'ignoreCase' belongs to {string.Join(", ", OfTexts)}, but the test is '{tests[0]}'");
        }

        var value = mapping[tests[0]]!;
        return tests[0] switch
        {
            "equals" when ignoreCase => Text(value) is { } text ? new AttributeTest.OneOfIgnoringCase([text]) : null,
            "equals" => Constant(value) is { } constant ? new AttributeTest.EqualTo(constant) : null,
            "in" when ignoreCase => new AttributeTest.OneOfIgnoringCase([.. value.Items().Select(Text).OfType<string>()]),
            "in" => new AttributeTest.OneOf([.. value.Items().Select(Constant).OfType<AttributeValue>()]),
            "startsWith" => value.Text() is { } start ? new AttributeTest.StartsWith(start, ignoreCase) : null,
            "endsWith" => value.Text() is { } end ? new AttributeTest.EndsWith(end, ignoreCase) : null,
            "contains" => value.Text() is { } part ? new AttributeTest.Contains(part, ignoreCase) : null,
            "matches" => Pattern(value, ignoreCase, patterns) is { } pattern ? new AttributeTest.Matches(pattern) : null,
            "inNetworks" => Networks(value) is { IsEmpty: false } networks ? new AttributeTest.InNetworks(networks) : null,
            _ => Ordered(tests[0], value),
        };
    }

    /// <summary>A text of a rule; it may have any length, and may be empty.</summary>
    private static string? Text(Field field)
    {
        if (field.Node is Node.Scalar { Type: ScalarType.Text } scalar)
        {
            return scalar.Text;
        }

        field.Error($"must be a text where case does not count, but is {field.Described}");
        return null;
    }

    private static TextPattern? Pattern(Field field, bool ignoreCase, PatternBudget patterns)
    {
        if (field.Text() is not { } text || !patterns.Takes())
        {
            return null;
        }

        if (!field.Findings.TakesPattern())
        {
            field.Error($"is a regular expression beyond the {Findings.MostPatterns} that one document may have");
            return null;
        }

        if (TextPattern.TryRead(text, ignoreCase, out var pattern) is not { } problem)
        {
            return pattern;
        }

        field.Error($"the pattern {field.Shown} {problem}");
        return null;
    }

    private static ImmutableArray<Network> Networks(Field field)
    {
        var items = field.Items();
        if (items.IsEmpty && field.Node is Node.Sequence)
        {
            field.Error("must have at least one range of addresses, such as 10.0.0.0/8");
        }

        var networks = ImmutableArray.CreateBuilder<Network>();
        foreach (var item in items)
        {
            if (item.Text() is not { } text)
            {
                continue;
            }

            if (Network.Read(text, out var network) is { } problem)
            {
                item.Error($"'{Field.Short(text)}' {problem}");
                continue;
            }

            networks.Add(network);
        }

        return networks.ToImmutable();
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
        var read = sign is not { Comparison: var by } ? null : test switch
        {
            "number" => Number(field, by, rest),
            "version" => Version(field, by, rest),
            "dottedVersion" => DottedVersion.TryParse(Encoding.UTF8.GetBytes(rest), out _) ? new AttributeTest.Dotted(by, rest) : null,
            _ => Date(by, rest),
        };
        if (read is null)
        {
            var (what, sample) = test switch
            {
                "number" => ("a number", "\">= 18\""),
                "version" => ("a version", "\">= 2.1.0\" (major.minor.patch as semver.org 2.0.0 has it; for other dotted numbers use 'dottedVersion')"),
                "dottedVersion" => ("1 to 16 numbers separated by dots", "\">= 2024.01.15\""),
                _ => ("a date", "\"< 2026-01-31T00:00:00Z\""),
            };
            field.Error($"must be one of <, <=, ==, >=, > and {what}, such as {sample}, but is {field.Shown}");
        }

        return read;
    }

    private static AttributeTest? Number(Field field, Comparison by, string text) =>
        !NumberText.TryNormalise(text, out var normal) ? null
        : Number(field, normal) is { Integer: { } integer } ? new AttributeTest.Integer(by, integer)
        : new AttributeTest.Number(by, double.Parse(normal, CultureInfo.InvariantCulture));

    /// <summary>A number in normal form. One that fits neither a double nor 64 bits was rounded by earlier builds.</summary>
    private static AttributeValue Number(Field field, string normal)
    {
        var number = double.Parse(normal, CultureInfo.InvariantCulture);
        if (AttributeValue.IsExact(number))
        {
            return AttributeValue.Of(number);
        }

        if (long.TryParse(normal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return AttributeValue.Of(integer);
        }

        field.YoungerError($"the number {Field.Short(normal)} cannot be compared exactly: beyond 2^53 only integers of 64 bits can; write it as a text, in quotes, and send the attribute as one");
        return AttributeValue.Of(number);
    }

    /// <summary>Earlier builds accepted versions that they could not compare; those rules match no user.</summary>
    private static AttributeTest.Version? Version(Field field, Comparison by, string text)
    {
        if (!SemanticVersion.TryParse(Encoding.UTF8.GetBytes(text), out _))
        {
            if (!WasVersion(text))
            {
                return null;
            }

            field.YoungerError(
                $"{field.Shown} does not compare with a semantic version (semver.org 2.0.0: major.minor.patch without leading zeros, and no empty part after - or +); "
                + "for calendar versions and other dotted numbers use 'dottedVersion'");
        }

        return new AttributeTest.Version(by, text);
    }

    private static bool WasVersion(string text)
    {
        var core = text.Split('+')[0].Split('-')[0].Split('.');
        return core.Length == 3 && core.All(part => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit))
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+');
    }

    private static AttributeTest? Date(Comparison by, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new AttributeTest.Day(by, day)
        : DateTimeOffset.TryParseExact(
            text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var instant) ? new AttributeTest.Date(by, instant)
        : null;

    private static AttributeValue? Constant(Field field)
    {
        switch (field.Node)
        {
            case Node.Scalar { Type: ScalarType.Text } scalar:
                return AttributeValue.Of(scalar.Text);
            case Node.Scalar { Type: ScalarType.Boolean } scalar:
                return AttributeValue.Of(scalar.Text == "true");
            case Node.Scalar { Type: ScalarType.Number } scalar when NumberText.TryNormalise(scalar.Text, out var number):
                return Number(field, number);
            default:
                field.Error($"must be a text, a number, true or false, but is {field.Described}");
                return null;
        }
    }
}
