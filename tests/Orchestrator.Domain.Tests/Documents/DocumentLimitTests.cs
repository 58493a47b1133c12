using System.Text;
using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Documents;

public sealed class DocumentLimitTests
{
    [Fact]
    public void A_text_above_256_KiB_is_refused_unread()
    {
        var yaml = PlanText.Read("# " + new string('x', 256 * 1024));
        var json = PlanText.Read(Encoding.UTF8.GetBytes("{" + new string(' ', 256 * 1024) + "}"));

        Assert.Contains("at most 262144 (256 KiB) are read", Assert.Single(yaml.Errors).Message, StringComparison.Ordinal);
        Assert.Contains("at most 262144 (256 KiB) are read", Assert.Single(json.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":")]
    public void Nesting_deeper_than_32_is_refused(string head)
    {
        var deepest = head.Length == 0 ? 32 : 31;
        var fits = head + new string('[', deepest) + new string(']', deepest) + (head.Length == 0 ? "" : "}");
        var deeper = fits.Replace("[]", "[[]]", StringComparison.Ordinal);

        Assert.DoesNotContain(PlanText.Read(fits).Errors, e => e.Message.Contains("nested", StringComparison.Ordinal));
        Assert.Contains("nested deeper than 32 levels", Assert.Single(PlanText.Read(deeper).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_does_not_hide_depth()
    {
        var text = new StringBuilder("a0: &a0 []\n");
        for (var i = 1; i < 40; i++)
        {
            text.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        }

        Assert.Contains("nested deeper than 32 levels", Assert.Single(PlanText.Read(text.ToString()).Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]", "1")]
    [InlineData("{\"a\":[", "]}", "1")]
    public void More_than_5000_values_are_refused(string open, string close, string value)
    {
        var text = open + string.Join(',', Enumerable.Repeat(value, 5_000)) + close;

        Assert.Contains("more than 5000 values", Assert.Single(PlanText.Read(text).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_of_aliases_is_refused_before_it_explodes()
    {
        var bomb = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (var letter = 'b'; letter <= 'i'; letter++)
        {
            var before = (char)(letter - 1);
            bomb.Append($"{letter}: &{letter} [{string.Join(", ", Enumerable.Repeat($"*{before}", 9))}]\n");
        }

        var error = Assert.Single(PlanText.Read(bomb.ToString()).Errors);

        Assert.Contains("more than 5000 values once its aliases are expanded", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, error.Line);
    }

    [Fact]
    public void A_long_text_repeated_by_aliases_counts_each_time()
    {
        var text = $"a: &a {new string('x', 100_000)}\nb: [*a, *a, *a]\n";

        Assert.Contains("longer than 256 KiB once its aliases are expanded", Assert.Single(PlanText.Read(text).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_keys_add_what_the_mapping_does_not_say_itself()
    {
        var root = YamlText.Parse("base: &b {x: 1, y: 2}\nother: {<<: *b, y: 3}\nboth: {<<: [*b, {z: 4, x: 5}]}", out _)!;

        Assert.Equal("""{"base":{"x":1,"y":2},"both":{"x":1,"y":2,"z":4},"other":{"x":1,"y":3}}""", CanonicalJson.Write(root));
    }

    [Theory]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("True", "true")]
    [InlineData("0x1f", "\"0x1f\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("007", "7")]
    [InlineData("+1.50", "1.5")]
    [InlineData("-0.0", "0")]
    [InlineData("1e3", "1000")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("\"10\"", "\"10\"")]
    [InlineData("10%", "\"10%\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    public void Scalars_of_YAML_follow_its_core_schema(string yaml, string json) =>
        Assert.Equal($"{{\"a\":{json}}}", CanonicalJson.Write(YamlText.Parse($"a: {yaml}", out _)!));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("100E-2", "1")]
    [InlineData("0.1000", "0.1")]
    [InlineData("-0", "0")]
    [InlineData("0e5", "0")]
    [InlineData("1e300", "1E+300")]
    [InlineData("1e-300", "1E-300")]
    public void Numbers_have_one_form(string text, string normal)
    {
        Assert.True(NumberText.TryNormalise(text, out var found));
        Assert.Equal(normal, found);
    }

    [Fact]
    public void Lines_of_JSON_are_those_of_the_source()
    {
        var root = (Node.Mapping)JsonText.Parse("{\n  \"a\": 1,\n\n  \"b\": [\n    true ]\n}", out _)!;

        Assert.Equal([("a", 2), ("b", 4)], root.Entries.Select(e => (e.Key, e.Line)));
        Assert.Equal(5, ((Node.Sequence)root.Entries[1].Value).Items[0].Line);
        Assert.Equal(5, ((Node.Sequence)root.Entries[1].Value).Items[0].Column);
    }
}
