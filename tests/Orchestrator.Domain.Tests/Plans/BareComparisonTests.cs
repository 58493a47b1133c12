using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Comparisons without quotes, which YAML would read as blocks of folded text.</summary>
public sealed class BareComparisonTests
{
    [Theory]
    [InlineData("{ a: > 0.2%, b: 1 }", "> 0.2%")]
    [InlineData("{ a: >= 100% of baseline , b: 1 }", ">= 100% of baseline")]
    [InlineData("{ a: >0.2%, b: 1 }", ">0.2%")]
    [InlineData("{ a: >200 ms, b: 1 }", ">200 ms")]
    [InlineData("{ a: >=5, b: 1 }", ">=5")]
    [InlineData("{ a: > -3, b: 1 }", "> -3")]
    [InlineData("{ a: >= baseline, b: 1 }", ">= baseline")]
    [InlineData("{ b: \"x: > 1\", a: > 3x baseline } # c: > 2", "> 3x baseline")]
    [InlineData("{ b: 'it''s', a: > 4 }", "> 4")]
    [InlineData("b: { x: > 1 }\na: >   7   # seven", ">   7")]
    public void Bare_comparison_is_read_as_the_text_it_is(string yaml, string value)
    {
        var root = Assert.IsType<Node.Mapping>(YamlText.Parse(yaml, out var errors));

        Assert.Empty(errors);
        Assert.Equal(value, Assert.IsType<Node.Scalar>(root.Entries.Single(entry => entry.Key == "a").Value).Text);
    }

    [Theory]
    [InlineData("{ a: >2 }")]
    [InlineData("{ a: > }")]
    [InlineData("{ a: > x }")]
    [InlineData("{ a: > 1 \"x\" }")]
    public void What_is_no_comparison_stays_broken_yaml(string yaml) => Assert.Null(YamlText.Parse(yaml, out _));

    [Fact]
    public void Block_of_folded_text_stays_a_block() =>
        Assert.Equal("> 1 is large", Assert.IsType<Node.Scalar>(Assert.IsType<Node.Mapping>(YamlText.Parse("a: >2\n  > 1 is large", out _)).Entries[0].Value).Text);
}
