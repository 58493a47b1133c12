using CsCheck;
using Orchestrator.Domain.Conditions;

namespace Orchestrator.Domain.Tests.Conditions;

public sealed class ConditionEvaluatorTests
{
    [Theory]
    [InlineData("x > 0.5%", 5.0 / 1000, null, false)]
    [InlineData("x > 0.5%", 6.0 / 1000, null, true)]
    [InlineData("x >= 0.5%", 5.0 / 1000, null, true)]
    [InlineData("x < 0.1%", 1.0 / 1000, null, false)]
    [InlineData("x <= 0.3%", 3.0 / 1000, null, true)]
    [InlineData("x == 0", 0.0, null, true)]
    [InlineData("x == 0", 1e-15, null, false)]
    [InlineData("x != 0", 0.0, null, false)]
    [InlineData("x > 500ms", 500.0, null, false)]
    [InlineData("x > 500ms", 501.0, null, true)]
    [InlineData("x between 165 and 200ms", 165.0, null, true)]
    [InlineData("x between 165 and 200ms", 200.0, null, true)]
    [InlineData("x between 165 and 200ms", 200.1, null, false)]
    [InlineData("x <= 110% of baseline", 165.0, 150.0, true)]
    [InlineData("x <= 110% of baseline", 165.1, 150.0, false)]
    [InlineData("x > 3x baseline", 0.3, 0.1, false)]
    [InlineData("x > 3x baseline", 1.0, 0.0, true)]
    [InlineData("x > 3x baseline", 1.0, null, null)]
    [InlineData("x > 3x baseline", 1.0, double.NaN, null)]
    [InlineData("x > 3", double.NaN, null, null)]
    [InlineData("x > 3", double.PositiveInfinity, null, true)]
    [InlineData("absent(x)", 1.0, null, false)]
    [InlineData("alert(x)", 1.0, null, null)]
    public void A_value_is_held_against_its_limit_as_its_decimal_would_be(string text, double value, double? baseline, bool? holds)
    {
        Assert.True(ConditionParser.TryParse(text, out var rule, out _));
        Assert.Equal(holds, ConditionEvaluator.Holds(rule.Condition, value, baseline));
    }

    [Fact]
    public void A_ratio_of_counts_compares_as_the_exact_fraction_does() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 1_000_000], Gen.Int[1, 100_000]).Sample((events, total, thousandths) =>
        {
            ConditionParser.TryParse($"x > {thousandths / 1000m}%", out var rule, out _);
            var exact = (decimal)events * 100_000 > (decimal)thousandths * total;
            return ConditionEvaluator.Holds(rule!.Condition, (double)events / total, null) == exact;
        });
}
