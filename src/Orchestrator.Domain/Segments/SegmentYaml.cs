using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Domain.Segments;

/// <summary>
/// A definition as a plan writes it, in YAML. Texts are in quotes as in JSON, so that none is read as something else. Reading it again
/// gives a definition of the same users.
/// </summary>
public static class SegmentYaml
{
    /// <summary>For people, not for HTML: comparisons and plus signs stay as they are.</summary>
    private static readonly JsonSerializerOptions Quotes = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, with a line break at its end.</summary>
    public static string Of(SegmentDefinition definition)
    {
        var text = new StringBuilder();
        if (definition.Title is { } title)
        {
            text.Append("title: ").Append(Quote(title)).Append('\n');
        }

        Rule(text, definition.Rule, 0);
        if (definition.Balance is { } balance)
        {
            text.Append("balance: ").Append(Written(balance)).Append('\n');
        }

        return text.ToString();
    }

    private static void Rule(StringBuilder text, SegmentRule rule, int depth)
    {
        var indent = new string(' ', depth);
        switch (rule)
        {
            case SegmentRule.Any any:
                Rules(text, "any", any.Rules, indent, depth);
                break;
            case SegmentRule.All all:
                Rules(text, "all", all.Rules, indent, depth);
                break;
            case SegmentRule.Not not:
                text.Append(indent).Append("not:\n");
                Rule(text, not.Rule, depth + 2);
                break;
            case SegmentRule.OptedIn:
                text.Append(indent).Append("optedIn: true\n");
                break;
            case SegmentRule.Attribute attribute:
                text.Append(indent).Append("attribute: ").Append(Quote(attribute.Name)).Append('\n');
                text.Append(indent).Append(Test(attribute.Test)).Append('\n');
                if (IgnoresCase(attribute.Test))
                {
                    text.Append(indent).Append("ignoreCase: true\n");
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule, null);
        }
    }

    private static void Rules(StringBuilder text, string name, IEnumerable<SegmentRule> rules, string indent, int depth)
    {
        text.Append(indent).Append(name).Append(":\n");
        foreach (var rule in rules)
        {
            // The dash takes the place of the first two columns of the entry.
            var start = text.Length;
            Rule(text, rule, depth + 4);
            text[start + depth + 2] = '-';
        }
    }

    private static string Test(AttributeTest test) => test switch
    {
        AttributeTest.EqualTo equal => "equals: " + Value(equal.Value),
        AttributeTest.OneOf one => $"in: [{string.Join(", ", one.Values.Select(Value))}]",
        AttributeTest.OneOfIgnoringCase one => $"in: [{string.Join(", ", one.Texts.Select(Quote))}]",
        AttributeTest.StartsWith start => "startsWith: " + Quote(start.Text),
        AttributeTest.EndsWith end => "endsWith: " + Quote(end.Text),
        AttributeTest.Contains contains => "contains: " + Quote(contains.Text),
        AttributeTest.Matches matches => "matches: " + Quote(matches.Pattern.Text),
        AttributeTest.InNetworks within => $"inNetworks: [{string.Join(", ", within.Networks.Select(network => Quote(network.ToString()!)))}]",
        AttributeTest.Number number => "number: " + Compared(number.Comparison, Number(number.Value)),
        AttributeTest.Integer integer => "number: " + Compared(integer.Comparison, integer.Value.ToString(CultureInfo.InvariantCulture)),
        AttributeTest.Version version => "version: " + Compared(version.Comparison, version.Value),
        AttributeTest.Dotted dotted => "dottedVersion: " + Compared(dotted.Comparison, dotted.Value),
        AttributeTest.Date date => "date: " + Compared(
            date.Comparison, date.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)),
        AttributeTest.Day day => "date: " + Compared(day.Comparison, day.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
    };

    private static bool IgnoresCase(AttributeTest test) => test switch
    {
        AttributeTest.OneOfIgnoringCase => true,
        AttributeTest.StartsWith start => start.IgnoreCase,
        AttributeTest.EndsWith end => end.IgnoreCase,
        AttributeTest.Contains contains => contains.IgnoreCase,
        AttributeTest.Matches matches => matches.Pattern.IgnoreCase,
        _ => false,
    };

    private static string Compared(Comparison comparison, string value) => Quote(comparison switch
    {
        Comparison.Below => "< ",
        Comparison.AtMost => "<= ",
        Comparison.Equal => "== ",
        Comparison.AtLeast => ">= ",
        _ => "> ",
    } + value);

    private static string Value(AttributeValue value) => value switch
    {
        { Text: { } text } => Quote(text),
        { Integer: { } integer } => integer.ToString(CultureInfo.InvariantCulture),
        { Boolean: { } boolean } => boolean ? "true" : "false",
        _ => Number(value.Number.GetValueOrDefault()),
    };

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Written(Balance balance)
    {
        List<string> parts = [$"by: [{string.Join(", ", balance.By.Select(Quote))}]", $"cap: {Percent(balance.Cap)}"];
        if (balance.Measured)
        {
            parts.Add($"population: {Balance.MeasuredWord}");
        }
        else if (balance.Population != 1)
        {
            parts.Add($"population: {Percent(balance.Population)}");
        }

        if (!balance.Caps.IsDefaultOrEmpty)
        {
            parts.Add($"caps: {{ {string.Join(", ", balance.Caps.Select(cap => $"{Quote(cap.Stratum)}: {Percent(cap.Cap)}"))} }}");
        }

        return $"{{ {string.Join(", ", parts)} }}";
    }

    private static string Percent(double share) => ((decimal)share * 100).ToString("0.#############", CultureInfo.InvariantCulture) + "%";

    private static string Quote(string text) => JsonSerializer.Serialize(text, Quotes);
}
