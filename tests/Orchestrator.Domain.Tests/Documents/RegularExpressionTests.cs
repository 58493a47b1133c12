using System.Runtime.CompilerServices;

namespace Orchestrator.Domain.Tests.Documents;

/// <summary>A convention of the sources: an expression that can backtrack costs its worst input more than its length.</summary>
public sealed class RegularExpressionTests
{
    [Fact]
    public void Every_regular_expression_of_the_product_is_linear()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToArray();
        var expressions = files.SelectMany(
            file => Expressions(File.ReadAllText(file)).Select(text => (File: Path.GetFileName(file), Text: text))).ToArray();

        Assert.NotEmpty(expressions);
        Assert.All(expressions, one => Assert.Contains("NonBacktracking", one.Text, StringComparison.Ordinal));
    }

    /// <summary>Each beginning of an expression with what follows up to the end of its statement or attribute.</summary>
    private static IEnumerable<string> Expressions(string source) =>
        from beginning in (string[])["GeneratedRegex(", "new Regex(", "Regex.IsMatch(", "Regex.Match(", "Regex.Matches(", "Regex.Replace(", "Regex.Split("]
        from part in source.Split(beginning).Skip(1)
        select beginning + part[..Math.Min(part.Length, 400)].Split(["\n    private", ";\n"], StringSplitOptions.None)[0];

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
