using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Tests.Conditions;

public sealed class ConditionParserTests
{
    [Theory]
    [InlineData("error_rate > 0.5%", "error_rate > 0.5%")]
    [InlineData("error_rate>0.5%for 5m", "error_rate > 0.5% for 5m")]
    [InlineData("error_rate > 0.005", "error_rate > 0.005")]
    [InlineData("p95 <= 1.5 s over 48h for 90s", "p95 <= 1500ms for 90s over 2d")]
    [InlineData("memory > 80MB", "memory > 80MB")]
    [InlineData("memory > 80MiB", "memory > 80MiB")]
    [InlineData("rps < 20/s", "rps < 20/s")]
    [InlineData("queue != -3", "queue != -3")]
    [InlineData("error_rate between 0.2 and 0.5%", "error_rate between 0.2% and 0.5%")]
    [InlineData("latency between 165 and 200ms", "latency between 165ms and 200ms")]
    [InlineData("latency between 0.2 and 0.5s", "latency between 200ms and 500ms")]
    [InlineData("latency between 500ms and 1s", "latency between 500ms and 1s")]
    [InlineData("cpu < 115% of baseline", "cpu < 115% of baseline")]
    [InlineData("complaints > 3x baseline over 1h", "complaints > 300% of baseline over 1h")]
    [InlineData("p95 between baseline and 1.1 x baseline", "p95 between baseline and 110% of baseline")]
    [InlineData("absent(requests) for 5m", "absent(requests) for 5m")]
    [InlineData("absent( legacy requests in beta )", "absent(legacy requests in beta)")]
    [InlineData("shadow error_rate < 0.1% over 48h", "shadow error_rate < 0.1% over 2d")]
    [InlineData("legacy shadow x == 0", "shadow legacy x == 0")]
    [InlineData("new live x == 0", "live x == 0")]
    [InlineData("error_rate in beta > 1%", "error_rate in beta > 1%")]
    [InlineData("error_rate > 1% in beta for 5m", "error_rate in beta > 1% for 5m")]
    [InlineData("alert(HighErrorRate)", "alert(HighErrorRate)")]
    [InlineData("alert( Node:Load.5-m_1 ) for 5m", "alert(Node:Load.5-m_1) for 5m")]
    [InlineData("alert(\"HighErrorRate\")", "alert(HighErrorRate)")]
    [InlineData("alert(\"Disk full 95% /var\")", "alert(\"Disk full 95% /var\")")]
    [InlineData("alert( \"a) \\\"b\\\" \\\\ and c\" ) for 5m", "alert(\"a) \\\"b\\\" \\\\ and c\") for 5m")]
    [InlineData("alert(\" \")", "alert(\" \")")]
    [InlineData("5xx-rate >= 100 %", "5xx-rate >= 100%")]
    public void A_rule_reads_and_writes_back(string text, string canonical)
    {
        Assert.True(ConditionParser.TryParse(text, out var rule, out var error), error?.Message);
        Assert.Equal(canonical, ConditionText.Format(rule));
        Assert.Equal(text, rule.Text);
    }

    [Theory]
    [InlineData("", 1, "expected the name of a metric, but found the end")]
    [InlineData("error_rate", 11, "expected a comparison")]
    [InlineData("error_rate = 5", 12, "expected a comparison")]
    [InlineData("error_rate >", 13, "expected a number or 'baseline', but found the end")]
    [InlineData("error_rate > 5 apples", 16, "unknown unit 'apples'")]
    [InlineData("error_rate > 5 mb", 16, "unknown unit 'mb'")]
    [InlineData("error_rate > 1.2.3%", 14, "expected a number")]
    [InlineData("error_rate > 5% of bread", 20, "expected 'baseline' after '% of'")]
    [InlineData("error_rate > 3x", 16, "expected 'baseline' after 'x'")]
    [InlineData("error_rate > 5% for ever", 21, "expected a duration such as 5m or 48h after 'for', but found 'ever'")]
    [InlineData("error_rate > 5% for 5m for 5m", 28, "'for' is given twice")]
    [InlineData("error_rate > 5% while true", 17, "expected 'and', 'or', 'for', 'over', 'in' or the end, but found 'while'")]
    [InlineData("error_rate between 1% or 2%", 23, "expected 'and'")]
    [InlineData("error_rate between 1% and 5ms", 20, "need the same unit")]
    [InlineData("error_rate between 1% and 5", 20, "need the same unit")]
    [InlineData("error_rate between 5% and 1%", 20, "must not be above the second")]
    [InlineData("new legacy x > 1", 5, "the variant is given twice")]
    [InlineData("x in a > 1 in b", 12, "the segment is given twice")]
    [InlineData("alert(\"\")", 8, "1 to 500 characters, and this one has 0")]
    [InlineData("alert(\"a", 9, "expected '\"' at the end of the alert's name")]
    [InlineData("alert(\"a\\n\")", 11, "are allowed after a backslash")]
    [InlineData("alert(\"a\tb\")", 10, "must not contain control characters")]
    [InlineData("alert(Disk full)", 12, "expected ')', but found 'full'; put a name with other characters")]
    [InlineData("alert(\"a\" b)", 11, "expected ')', but found 'b'")]
    [InlineData("alert(A) in b", 10, "an alert has no segment")]
    [InlineData("alert()", 7, "expected the name of an alert")]
    [InlineData("absent(x", 9, "expected ')'")]
    [InlineData("x > 99999999999999999999999999999999999999", 5, "expected a number")]
    public void An_error_says_what_was_expected_and_where(string text, int column, string words)
    {
        Assert.False(ConditionParser.TryParse(text, out _, out var error));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(column, error.Column);
    }

    [Fact]
    public void Every_condition_written_and_read_again_is_equal()
    {
        var number = Gen.Select(Gen.Long[-1_000_000, 1_000_000_000], Gen.Int[0, 4])
            .Select((n, scale) => (double)(n / (decimal)Math.Pow(10, scale)));
        var quantity = Gen.Select(number, Gen.Enum<Unit>())
            .Select((n, unit) => new Quantity(unit == Unit.Ratio ? (double)((decimal)n / 100) : n, unit));
        var limit = Gen.OneOf(
            quantity.Select(q => (Limit)new Limit.Fixed(q)), number.Where(n => n > 0).Select(n => (Limit)new Limit.OfBaseline(n)));
        var word = Gen.OneOfConst("error_rate", "p95", "a-b", "5xx");
        var subject = Gen.Select(
            word, Gen.Enum<Variant>(), Gen.OneOfConst<Traffic?>(null, Traffic.Live, Traffic.Shadow), Gen.OneOfConst(null, "beta", "eu-1"))
            .Select((m, v, t, s) => new Subject(m, v, t, s));
        var between = Gen.Select(subject, quantity, Gen.Double[0, 1000]).Select((s, q, more) =>
            (Condition)new Condition.Between(s, new Limit.Fixed(q), new Limit.Fixed(q with { Value = q.Value + Math.Floor(more) })));
        var condition = Gen.OneOf(
            Gen.Select(subject, Gen.Enum<Operator>(), limit).Select((s, o, l) => (Condition)new Condition.Comparison(s, o, l)),
            between,
            subject.Select(s => (Condition)new Condition.Absent(s)),
            Gen.OneOfConst("A", "High:Rate.x").Select(a => (Condition)new Condition.Alert(a)));
        var duration = Gen.OneOf(Gen.Const((TimeSpan?)null), Gen.Int[1, 1_000_000].Select(s => (TimeSpan?)TimeSpan.FromSeconds(s)));
        Gen.Select(condition, duration, duration).Sample((c, lasting, window) =>
        {
            var text = ConditionText.Format(new Rule(c, lasting, window, ""));
            Assert.True(ConditionParser.TryParse(text, out var rule, out var error), $"{text}: {error}");
            Assert.Equal(new Rule(c, lasting, window, text), rule);
        }, iter: 2000);
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_column_inside_it()
    {
        var piece = Gen.OneOf(Gen.String[0, 5], Gen.OneOfConst(" ", "x", ">", "between", "and", "1", "%", "of", "baseline", "for", "5m", "in", "absent(", ")", "alert(", "\uD83D"));
        piece.Array[0, 8].Sample(pieces =>
        {
            var text = string.Concat(pieces);
            return ConditionParser.TryParse(text, out _, out var error) || (error.Column >= 1 && error.Column <= text.Length + 1);
        }, iter: 3000);
    }

    [Theory]
    [InlineData("99999999999999999999w")]
    [InlineData("-1s")]
    [InlineData("5")]
    [InlineData("1e3s")]
    [InlineData("5 m")]
    [InlineData("11y")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));
}
