using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Holds docs/strategy-coverage.md to its word: each path is looked up in the sample plan, each test in the sources.</summary>
public sealed partial class StrategyCoverageTests
{
    /// <summary>Number of lines of the strategy with a requirement; a row that is dropped shows here.</summary>
    private const int Lines = 271;

    private static readonly Node Plan = YamlText.Parse(Samples.ChatArchitecture, out _)!;

    private static readonly HashSet<string> Tests =
        [.. Directory.EnumerateFiles(Path.Combine(Samples.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(m => $"{Path.GetFileNameWithoutExtension(file)}.{m.Groups[1].Value}"))];

    public static TheoryData<int, string, string> Rows => [.. Table()];

    [Fact]
    public void Every_line_of_the_strategy_has_its_row()
    {
        var lines = Table().Select(r => r.Data.Item1).ToList();

        Assert.Equal(Lines, lines.Count);
        Assert.Equal(lines.Distinct().Order(), lines);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_line_of_the_strategy_is_in_the_plan_and_shown_by_a_test(int line, string paths, string tests)
    {
        Assert.True(paths.Length > 0 && tests.Length > 0, $"line {line} lacks its path or its test");
        Assert.All(paths.Split("<br>"), path => Assert.True(Resolves(path.Trim('`')), $"line {line}: {path} does not resolve in the sample plan"));
        Assert.All(tests.Split("<br>"), test => Assert.True(Tests.Contains(test.Trim('`')), $"line {line}: no test is called {test}"));
    }

    [Theory]
    [InlineData("phases[gradual].steps[3a-25].percentage = 25%", true)]
    [InlineData("phases[gradual].steps[3a-25].percentage = 26%", false)]
    [InlineData("phases[gradual].steps[4]", false)]
    [InlineData("phases[nowhere]", false)]
    [InlineData("teams[DevOps].responsibilities[Coordinate rollback procedures]", true)]
    [InlineData("teams[DevOps].responsibilities[Drink coffee]", false)]
    public void A_path_resolves_only_to_what_is_there(string path, bool resolves) => Assert.Equal(resolves, Resolves(path));

    private static IEnumerable<TheoryDataRow<int, string, string>> Table() => Samples.Doc("strategy-coverage.md").Split('\n')
        .Where(line => line.Length > 2 && line[0] == '|' && char.IsAsciiDigit(line[2]))
        .Select(line => Bar().Split(line.Trim()))
        .Select(cells => new TheoryDataRow<int, string, string>(
            int.Parse(cells[1], CultureInfo.InvariantCulture), cells[3].Trim(), cells[4].Trim()));

    private static bool Resolves(string path)
    {
        var parts = path.Split(" = ", 2);
        var node = Plan;
        foreach (Match part in Part().Matches(parts[0]))
        {
            node = part.Groups["item"].Success ? Item(node, part.Groups["item"].Value) : Value(node, part.Groups["key"].Value);
        }

        return node is not null && (parts.Length == 1 || (node is Node.Scalar scalar && scalar.Text == parts[1]));
    }

    private static Node? Value(Node? node, string key) => (node as Node.Mapping)?.Entries.FirstOrDefault(e => e.Key == key)?.Value;

    private static Node? Item(Node? node, string named)
    {
        var items = (node as Node.Sequence)?.Items ?? [];
        return items.FirstOrDefault(i => Text(i) == named || Text(Value(i, "name")) == named || Text(Value(i, "title")) == named)
            ?? (int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? items.ElementAtOrDefault(index)
                : null);
    }

    private static string? Text(Node? node) => (node as Node.Scalar)?.Text;

    [GeneratedRegex(@"\[(?<item>[^\]]+)\]|(?<key>[A-Za-z0-9_]+)")]
    private static partial Regex Part();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\]]*\](?:\s*\[(?:[^\]""]|""[^""]*"")*\])*\s*public (?:async )?(?:void|Task|ValueTask) (\w+)\(")]
    private static partial Regex Method();
}
