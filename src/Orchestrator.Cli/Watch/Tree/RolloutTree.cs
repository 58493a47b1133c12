namespace Orchestrator.Cli.Watch.Tree;

/// <summary>
/// A rollout as lines of text: how it stands, the gates of its step, its triggers, its steps, its audience. Pure: the same rollout, moment
/// and room give the same lines.
/// </summary>
internal static class RolloutTree
{
    /// <summary>Folds of a tree that does not fit, up to <see cref="Page.NowOnly"/>.</summary>
    private const int MostFolds = Page.NowOnly;

    /// <summary>Lines in the given room: whole where they fit, else folded, and what is still too long is cut and counted.</summary>
    public static IReadOnlyList<StyledLine> Lines(RolloutShown shown, TreeSize size)
    {
        var lines = Whole(shown, size, 0);
        for (var fold = 1; fold <= MostFolds && lines.Count > size.Height; fold++)
        {
            lines = Whole(shown, size, fold);
        }

        if (lines.Count <= size.Height)
        {
            return lines;
        }

        var marks = Marks.Of(size.Unicode);
        var kept = Math.Max(0, size.Height - 1);
        var left = lines.Count - kept;
        return [.. lines.Take(kept), new StyledLine().Add($"{marks.More} {left} more lines", Tone.Dim).Cut(size.Width, marks.More)];
    }

    private static List<StyledLine> Whole(RolloutShown shown, TreeSize size, int fold)
    {
        var page = new Page(shown, size, fold);
        HeadLines.Write(page);
        IncidentLines.Write(page);
        GateLines.Write(page);
        TriggerLines.Write(page);
        StepLines.Write(page);
        AudienceLines.Write(page);
        return page.Lines;
    }
}
