using System.Text.RegularExpressions;
using CsCheck;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Documents;

/// <summary>Forms that are read by hand are those of an expression.</summary>
public sealed class FormLaws
{
    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.String[Gen.Char["aZ09_-.:é \n"], 0, 5],
        from length in Gen.Int[60, 130]
        from last in Gen.Char["aZ9_-.:\n"]
        select new string('a', length) + last);

    [Theory]
    [InlineData("+1.50e-3", true)]
    [InlineData("5.", true)]
    [InlineData(".5", true)]
    [InlineData(".", false)]
    [InlineData("1e", false)]
    [InlineData("1e400", false)]
    [InlineData("-Infinity", false)]
    [InlineData("1_000", false)]
    [InlineData("1,000", false)]
    [InlineData("0x10", false)]
    public void Numbers_of_a_plan_are_decimal(string text, bool number) =>
        Assert.Equal(number, Assert.IsType<Node.Scalar>(YamlText.Parse(text, out _)).Type == ScalarType.Number);

    [Fact]
    public void Numbers_are_those_of_the_expression()
    {
        var form = new Regex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z");
        Gen.String[Gen.Char["+-.eE019"], 1, 8].Sample(text =>
            !NumberText.TryNormalise(text, out _) || form.IsMatch(text));
    }

    [Fact]
    public void Names_are_those_of_the_expression()
    {
        var form = new Regex(@"^[a-z0-9][a-z0-9-_]{0,62}\z");
        Names.Sample(text => NameForm.IsName(text, underscore: true) == form.IsMatch(text)
            && NameForm.IsId(text) == (form.IsMatch(text) && !text.Contains('_', StringComparison.Ordinal)));
    }

    [Fact]
    public void Series_are_those_of_the_expression()
    {
        var form = new Regex(@"^[A-Za-z_][A-Za-z0-9_.:-]{0,127}\z");
        Names.Sample(text => MetricReader.IsSeries(text) == form.IsMatch(text));
    }
}
