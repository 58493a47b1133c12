using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Tests.Conditions;

public sealed class JoinedConditionTests
{
    private static readonly Gen<Condition> Trees = Gen.Recursive<Condition>((depth, inner) =>
    {
        var leaf = Gen.Char['a', 'h'].Select(name => (Condition)new Condition.Comparison(
            new Subject(name.ToString()), Operator.Above, new Limit.Fixed(new Quantity(1, Unit.Number))));
        return depth == 3 ? leaf : Gen.OneOf(
            leaf, Gen.Select(Gen.Enum<Joint>(), inner.Array[2, 2], (joint, parts) => (Condition)new Condition.Joined(joint, [.. parts])));
    });

    [Theory]
    [InlineData("a > 1 and b > 2", "a > 1 and b > 2")]
    [InlineData("a > 1 and b > 2 and c > 3 for 5m", "(a > 1 and b > 2 and c > 3) for 5m")]
    [InlineData("a > 1 and (b > 2 or absent(requests)) for 5m", "(a > 1 and (b > 2 or absent(requests))) for 5m")]
    [InlineData("(a > 1)", "a > 1")]
    [InlineData("((a > 1) over 5m)", "a > 1 over 5m")]
    [InlineData("a > 1 and (b > 2 and c > 3)", "a > 1 and b > 2 and c > 3")]
    [InlineData("a>1or(b>2)", "a > 1 or b > 2")]
    [InlineData("a between 1 and 2 and b > 2", "a between 1 and 2 and b > 2")]
    [InlineData("a > 1% over 1h and a > 1% over 5m", "(a > 1% over 1h) and (a > 1% over 5m)")]
    [InlineData("(a > 1 and b > 2) over 5m", "(a > 1 over 5m) and (b > 2 over 5m)")]
    [InlineData("(a > 1 over 1h and b > 2 over 5m)", "(a > 1 over 1h) and (b > 2 over 5m)")]
    [InlineData("((a > 1 over 1h) and b > 2) over 5m", "(a > 1 over 1h) and (b > 2 over 5m)")]
    [InlineData("a > 1 and (b > 2 over 5m)", "a > 1 and (b > 2 over 5m)")]
    [InlineData("(a > 1 or b in us > 2) in eu", "a in eu > 1 or b in us > 2")]
    [InlineData("alert(Disk) and a > 1 in eu", "alert(Disk) and a in eu > 1")]
    [InlineData("alert(Disk) or a > 1 over 5m", "alert(Disk) or (a > 1 over 5m)")]
    [InlineData("or > 1 and and > 2", "or > 1 and and > 2")]
    public void A_joined_rule_reads_and_writes_back(string text, string canonical)
    {
        Assert.True(ConditionParser.TryParse(text, out var rule, out var error), error?.Message);
        Assert.Equal(canonical, ConditionText.Format(rule));
        Assert.True(ConditionParser.TryParse(canonical, out var again, out error), error?.Message);
        Assert.Equal((rule.Condition, rule.For, rule.Over), (again.Condition, again.For, again.Over));
    }

    [Theory]
    [InlineData("a > 1 and b > 2 or c > 3", 17, "'and' beside 'or' is ambiguous: use brackets, as in 'a and (b or c)'")]
    [InlineData("a > 1 and b > 2 over 5m", 17, "to the last condition or to all")]
    [InlineData("a > 1 and b > 2 in eu", 17, "to the last condition or to all")]
    [InlineData("a > 1 for 5m and b > 2", 14, "'for' applies to the whole rule")]
    [InlineData("a > 1 and (b > 2 for 5m)", 18, "'for' applies to the whole rule")]
    [InlineData("a > 1 for 5m for 1m", 18, "'for' is given twice")]
    [InlineData("(a > 1 over 5m) over 1m", 17, "'over' is given twice")]
    [InlineData("(alert(A) and alert(B)) over 1m", 25, "an alert has no window")]
    [InlineData("(alert(A) and alert(B)) in eu", 25, "an alert has no segment")]
    [InlineData("(a in us > 1 and b in us > 1) in eu", 31, "the segment is given twice")]
    [InlineData("a > 1 and", 10, "expected the name of a metric, but found the end")]
    [InlineData("(a > 1", 7, "expected ')', but found the end")]
    [InlineData("a > 1)", 6, "expected 'and', 'or', 'for', 'over', 'in' or the end, but found ')'")]
    [InlineData("(((((a > 1)))))", 5, "brackets nest at most 4 levels deep")]
    public void An_error_in_a_joined_rule_says_what_was_expected_and_where(string text, int column, string words)
    {
        Assert.False(ConditionParser.TryParse(text, out _, out var error));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(column, error.Column);
    }

    [Fact]
    public void A_rule_has_at_most_sixteen_conditions()
    {
        Assert.True(ConditionParser.TryParse(string.Join(" or ", Enumerable.Repeat("a > 1", 16)), out _, out _));
        Assert.False(ConditionParser.TryParse(string.Join(" or ", Enumerable.Repeat("a > 1", 17)), out _, out var error));
        Assert.Equal("a rule has at most 16 conditions", error.Message);
    }

    [Fact]
    public void Every_text_of_brackets_and_words_gives_a_rule_or_an_error() =>
        Gen.OneOfConst("(", ")", "and ", "or ", "a > 1 ", "alert(B) ", "absent(c) ", "over 5m ", "for 1h30m ", "in eu ", "between 1 and 2 ", "%").Array[0, 60].Sample(pieces =>
        {
            var text = string.Concat(pieces);
            Assert.True(ConditionParser.TryParse(text, out var rule, out var error) != (error is not null));
            Assert.True(rule is null || ConditionParser.TryParse(ConditionText.Format(rule), out var again, out _)
                && again.Condition == rule.Condition && again.For == rule.For && again.Over == rule.Over, text);
        });

    [Theory]
    [InlineData(Joint.And, false, null, false)]
    [InlineData(Joint.And, true, null, null)]
    [InlineData(Joint.And, true, true, true)]
    [InlineData(Joint.Or, true, null, true)]
    [InlineData(Joint.Or, false, null, null)]
    [InlineData(Joint.Or, false, false, false)]
    public void No_evidence_decides_only_when_the_others_do_not(Joint joint, bool? one, bool? other, bool? whole)
    {
        Assert.True(ConditionParser.TryParse(joint is Joint.And ? "a > 1 and b > 1" : "a > 1 or b > 1", out var rule, out _));
        Assert.Equal(whole, ConditionTree.Join(rule.Condition, [one, other]));
        Assert.Equal(whole, ConditionTree.Join(rule.Condition, [other, one]));
    }

    [Fact]
    public void A_whole_is_known_exactly_when_every_way_to_fill_the_unknown_parts_agrees() =>
        Gen.Select(Trees, Gen.OneOfConst<bool?>(true, false, null).Array[8]).Sample((tree, values) =>
        {
            bool?[] leaves = [.. values.Take(tree.Leaves().Count())];
            int[] unknown = [.. Enumerable.Range(0, leaves.Length).Where(i => leaves[i] is null)];
            var outcomes = Enumerable.Range(0, 1 << unknown.Length)
                .Select(bits => Holds(tree, new Queue<bool>(
                    leaves.Select((value, i) => value ?? ((bits >> Array.IndexOf(unknown, i)) & 1) == 1)))).Distinct().ToArray();
            Assert.Equal(outcomes.Length == 1 ? outcomes[0] : null, ConditionTree.Join(tree, leaves));
        });

    [Fact]
    public void A_warning_is_a_weaker_met()
    {
        Assert.True(ConditionParser.TryParse("a < 1 and b < 1", out var and, out _));
        Assert.True(ConditionParser.TryParse("a < 1 or b < 1", out var or, out _));
        Assert.Equal(Verdict.Warning, ConditionTree.Join(and.Condition, (Verdict[])[Verdict.Met, Verdict.Warning]));
        Assert.Equal(Verdict.Met, ConditionTree.Join(or.Condition, (Verdict[])[Verdict.Met, Verdict.Warning]));
        Assert.Equal(Verdict.Warning, ConditionTree.Join(or.Condition, (Verdict[])[Verdict.Breached, Verdict.Warning]));
        Assert.Equal(Verdict.NoEvidence, ConditionTree.Join(and.Condition, (Verdict[])[Verdict.Warning, Verdict.NoEvidence]));
    }

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("1w2d3h4m5s", 604800 + 172800 + 10800 + 245)]
    [InlineData("1m30.5s", 90.5)]
    [InlineData("1s250ms", 1.25)]
    [InlineData("1.5h", 5400)]
    public void A_duration_of_several_units_is_their_sum(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
        Assert.True(Durations.TryParse(Durations.Format(duration), out var again));
        Assert.Equal(duration, again);
        Assert.True(ConditionParser.TryParse($"a > 1 for {text}", out var rule, out _));
        Assert.Equal(duration, rule.For);
    }

    [Theory]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1.5h30m")]
    [InlineData("1h 30m")]
    [InlineData("1h30")]
    [InlineData("h")]
    [InlineData("1h-5m")]
    [InlineData(".5h")]
    [InlineData("521w3650d")]
    [InlineData("")]
    public void A_duration_that_could_be_misread_is_none(string text) => Assert.False(Durations.TryParse(text, out _));

    private static bool Holds(Condition tree, Queue<bool> leaves) => tree is not Condition.Joined joined
        ? leaves.Dequeue()
        : joined.Parts.Select(part => Holds(part, leaves)).ToArray() is var parts && joined.Joint is Joint.And
        ? parts.All(one => one)
        : parts.Any(one => one);
}
