using System.Text.RegularExpressions;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>Rules that hold for every frame of a watched rollout, at whatever moment it is looked at.</summary>
internal static partial class FrameCheck
{
    private static readonly string[] Titles = ["INCIDENT", "GATES", "TRIGGERS", "STEPS", "AUDIENCE"];

    public static void Holds(string[] frame, int width)
    {
        var picture = string.Join('\n', frame);
        Assert.True(Head().IsMatch(frame[0]), $"The first row is no head:\n{picture}");
        Assert.True(frame[0].Length == width, $"The age does not end at column {width}, but {frame[0].Length}:\n{picture}");
        Assert.All(frame, row => Assert.True(row.Length <= width && Row().IsMatch(row), $"Torn or wrapped: \"{row}\" in\n{picture}"));
        foreach (var title in Titles)
        {
            Assert.True(frame.Count(row => row.StartsWith(title, StringComparison.Ordinal)) <= 1, $"{title} is there twice:\n{picture}");
        }

        Assert.True(frame.Count(row => Head().IsMatch(row)) == 1, $"Two heads:\n{picture}");
        var end = Array.FindLastIndex(frame, row => row.Length > 0);
        var pairs = frame[..Math.Max(0, end)].Zip(frame[1..]);
        Assert.True(pairs.All(pair => pair.First.Length > 0 || pair.Second.Length > 0), $"Two empty rows:\n{picture}");
    }

    /// <summary>The frame without numbers, bars and the space between them: they change while it is looked at.</summary>
    public static string[] Shape(IEnumerable<string> frame) =>
        [.. string.Join('\n', frame.Select(row => Spaces().Replace(Moving().Replace(row, "#"), " ").TrimEnd())).TrimEnd('\n').Split('\n')];

    [GeneratedRegex(@"^(▶|‖|✕|✓|○|>|=|x|\+|-) (RUNNING|PAUSED|ROLLED BACK|COMPLETED|ABORTED|CREATED|RETIRED) [\d.]+%  r\d")]
    private static partial Regex Head();

    [GeneratedRegex(@"^($|  ?\S|  +\S|[▶‖✕✓○…!?>=x+.-] [A-Z]|(INCIDENT|GATES|TRIGGERS|STEPS|AUDIENCE)( |$)|If the control|(…|\.\.\.) \d+ more lines$|[├└│|`])")]
    private static partial Regex Row();

    [GeneratedRegex(@"\d+(ms|[smhdw](?![a-z]))|\d+|[█░]+|(?<= )[#.]{5,}(?= )")]
    private static partial Regex Moving();

    [GeneratedRegex(@"[ #]{2,}| +#? +")]
    private static partial Regex Spaces();
}
