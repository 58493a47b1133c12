using System.Text.RegularExpressions;
using Orchestrator.Domain.Tests.Plans;

namespace Orchestrator.Domain.Tests.Repository;

/// <summary>
/// Lines of code and comments fit beside each other in a review: at most 140 columns. A text in quotes counts as two columns, and lines of
/// a raw text are exempt, because a broken text cannot be searched for.
/// </summary>
public sealed partial class LineWidthTests
{
    private const int Widest = 140;
    private static readonly string[] Folders = ["src", "tests", "bench", "samples"];

    [Fact]
    public void Lines_are_at_most_140_columns_wide()
    {
        var wide = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Samples.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(WideLines)
            .ToList();

        Assert.True(wide.Count == 0, $"{wide.Count} lines are wider than {Widest} columns. Wrap them:\n{string.Join('\n', wide.Take(100))}");
    }

    private static IEnumerable<string> WideLines(string file)
    {
        var raw = false;
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var startsRaw = raw;
            raw ^= RawQuote().Count(line) % 2 == 1;
            if (!startsRaw && !raw && Text().Replace(line, "\"\"").Length > Widest)
            {
                yield return $"{Path.GetRelativePath(Samples.Root, file)}:{number}";
            }
        }
    }

    [GeneratedRegex("\"\"\"+")]
    private static partial Regex RawQuote();

    /// <summary>A raw text on one line, or a text in quotes.</summary>
    [GeneratedRegex("\"{3,}.*?\"{3,}|\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Text();
}
