using System.Globalization;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>A rule in words for an explanation: <c>plan in ["pro", "team"]</c>.</summary>
internal static class RuleText
{
    public static string Of(SegmentRule.Attribute rule) => rule.Name + " " + rule.Test switch
    {
        AttributeTest.EqualTo equal => "equals " + Of(equal.Value),
        AttributeTest.OneOf one => "in [" + string.Join(", ", one.Values.Select(Of)) + "]",
        AttributeTest.OneOfIgnoringCase one => "in [" + string.Join(", ", one.Texts.Select(Quote)) + "] ignoring case",
        AttributeTest.StartsWith start => "starts with " + Quote(start.Text) + Case(start.IgnoreCase),
        AttributeTest.EndsWith end => "ends with " + Quote(end.Text) + Case(end.IgnoreCase),
        AttributeTest.Contains contains => "contains " + Quote(contains.Text) + Case(contains.IgnoreCase),
        AttributeTest.Matches matches => "matches " + matches.Pattern,
        AttributeTest.InNetworks within => "in networks [" + string.Join(", ", within.Networks) + "]",
        AttributeTest.Number number => Of(number.Comparison) + " " + number.Value.ToString(CultureInfo.InvariantCulture),
        AttributeTest.Integer integer => Of(integer.Comparison) + " " + integer.Value.ToString(CultureInfo.InvariantCulture),
        AttributeTest.Version version => "version " + Of(version.Comparison) + " " + version.Value,
        AttributeTest.Dotted dotted => "dotted version " + Of(dotted.Comparison) + " " + dotted.Value,
        AttributeTest.Day day => "date " + Of(day.Comparison) + " " + day.Value.ToString("O", CultureInfo.InvariantCulture),
        AttributeTest.Date date => "date " + Of(date.Comparison) + " " + date.Value.ToString("O", CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Test, null),
    };

    public static string Percent(Share share) => share.Percent.ToString("0.###", CultureInfo.InvariantCulture) + " %";

    private static string Of(AttributeValue value) => value switch
    {
        { Text: { } text } => Quote(text),
        { Integer: { } integer } => integer.ToString(CultureInfo.InvariantCulture),
        { Boolean: { } boolean } => boolean ? "true" : "false",
        _ => value.Number.GetValueOrDefault().ToString(CultureInfo.InvariantCulture),
    };

    private static string Case(bool ignored) => ignored ? " ignoring case" : "";

    private static string Of(Comparison comparison) => comparison switch
    {
        Comparison.Below => "<",
        Comparison.AtMost => "<=",
        Comparison.Equal => "==",
        Comparison.AtLeast => ">=",
        _ => ">",
    };

    private static string Quote(string text) => "\"" + text + "\"";
}
