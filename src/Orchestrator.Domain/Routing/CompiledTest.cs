using System.Text;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>A test of one attribute. A missing attribute, and one of another type, matches nothing.</summary>
internal abstract class CompiledTest(int slot, string text) : CompiledRule
{
    public static CompiledTest Compile(SegmentRule.Attribute rule, int slot)
    {
        var text = RuleText.Of(rule);
        return rule.Test switch
        {
            AttributeTest.EqualTo equal => Equal(slot, text, equal.Value),
            AttributeTest.OneOf one => new OneOf(slot, text, [.. one.Values.Select(value => Equal(slot, text, value))]),
            AttributeTest.OneOfIgnoringCase one => new OneOf(slot, text,
                [.. one.Texts.Select(constant => new FoldedTest(slot, text, constant, static (seen, part) => part.IsAllOf(seen)))]),
            AttributeTest.StartsWith { IgnoreCase: true } start =>
                new FoldedTest(slot, text, start.Text, static (seen, part) => part.IsStartOf(seen)),
            AttributeTest.EndsWith { IgnoreCase: true } end =>
                new FoldedTest(slot, text, end.Text, static (seen, part) => part.IsEndOf(seen)),
            AttributeTest.Contains { IgnoreCase: true } contains =>
                new FoldedTest(slot, text, contains.Text, static (seen, part) => part.IsPartOf(seen)),
            AttributeTest.StartsWith start => new Part(slot, text, Utf8(start.Text), static (seen, part) => seen.StartsWith(part)),
            AttributeTest.EndsWith end => new Part(slot, text, Utf8(end.Text), static (seen, part) => seen.EndsWith(part)),
            AttributeTest.Contains contains => new Part(slot, text, Utf8(contains.Text), static (seen, part) => seen.IndexOf(part) >= 0),
            AttributeTest.Matches matches => new PatternTest(slot, text, matches.Pattern),
            AttributeTest.InNetworks within => new NetworkTest(slot, text, within.Networks),
            AttributeTest.Number number => new NumberTest(slot, text, number.Comparison, number.Value),
            AttributeTest.Integer integer => new IntegerTest(slot, text, integer.Comparison, integer.Value),
            AttributeTest.Version version => new VersionTest(slot, text, version.Comparison, Utf8(version.Value)),
            AttributeTest.Dotted dotted => new DottedTest(slot, text, dotted.Comparison, Utf8(dotted.Value)),
            AttributeTest.Date date => new DateTest(slot, text, date.Comparison, date.Value.UtcTicks),
            AttributeTest.Day day => new DayTest(slot, text, day.Comparison, day.Value),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Test, null),
        };
    }

    public sealed override Match Test(EvaluationContext user) => Holds(user, in user[slot]) ? Match.Yes : Match.No;

    public sealed override void Explain(EvaluationContext user, string segment, List<ExplainedRule> rows) =>
        rows.Add(new ExplainedRule($"{segment}: {text}", Test(user) == Match.Yes, user.Show(in user[slot]) ?? "missing"));

    protected abstract bool Holds(EvaluationContext user, in AttributeSlot seen);

    private static CompiledTest Equal(int slot, string text, AttributeValue value) => value switch
    {
        { Text: { } constant } => new TextTest(slot, text, Utf8(constant)),
        { Integer: { } constant } => new IntegerTest(slot, text, Comparison.Equal, constant),
        { Number: { } constant } => new NumberTest(slot, text, Comparison.Equal, constant),
        { Boolean: { } constant } => new BooleanTest(slot, text, constant),
        _ => new OneOf(slot, text, []),
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>True when an order (as of CompareTo) satisfies the comparison.</summary>
    protected static bool Fits(int order, Comparison comparison) => comparison switch
    {
        Comparison.Below => order < 0,
        Comparison.AtMost => order <= 0,
        Comparison.Equal => order == 0,
        Comparison.AtLeast => order >= 0,
        _ => order > 0,
    };

    private sealed class TextTest(int slot, string text, byte[] constant) : CompiledTest(slot, text)
    {
        protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
            seen.Kind == AttributeKind.Text && seen.Length == constant.Length && user.Text(seen).SequenceEqual(constant);
    }

    private delegate bool Compare(ReadOnlySpan<byte> seen, ReadOnlySpan<byte> constant);

    private sealed class Part(int slot, string text, byte[] constant, Compare compare) : CompiledTest(slot, text)
    {
        protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
            seen.Kind == AttributeKind.Text && compare(user.Text(seen), constant);
    }

    private sealed class NumberTest(int slot, string text, Comparison comparison, double constant) : CompiledTest(slot, text)
    {
        protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
            seen.Kind is AttributeKind.Number or AttributeKind.Integer && Fits(seen.Number.CompareTo(constant), comparison);
    }

    private sealed class BooleanTest(int slot, string text, bool constant) : CompiledTest(slot, text)
    {
        protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
            seen.Kind == (constant ? AttributeKind.True : AttributeKind.False);
    }

    private sealed class OneOf(int slot, string text, CompiledTest[] tests) : CompiledTest(slot, text)
    {
        protected override bool Holds(EvaluationContext user, in AttributeSlot seen)
        {
            foreach (var test in tests)
            {
                if (test.Holds(user, seen))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class VersionTest(int slot, string text, Comparison comparison, byte[] constant) : CompiledTest(slot, text)
    {
        protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
            seen.Kind == AttributeKind.Text
            && SemanticVersion.TryParse(user.Text(seen), out var version)
            && SemanticVersion.TryParse(constant, out var limit)
            && Fits(version.CompareTo(limit), comparison);
    }

    private sealed class DateTest(int slot, string text, Comparison comparison, long constant) : CompiledTest(slot, text)
    {
        protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
            seen.Kind == AttributeKind.Text
            && Rfc3339.TryParse(user.Text(seen), out var ticks)
            && Fits(ticks.CompareTo(constant), comparison);
    }
}
