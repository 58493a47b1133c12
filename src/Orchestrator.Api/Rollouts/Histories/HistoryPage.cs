using Orchestrator.Domain.Chronicles;

namespace Orchestrator.Api.Rollouts.Histories;

/// <summary>A page of a history, newest first, with the numbers of entries that only their kind hides.</summary>
/// <param name="Listed">The entries.</param>
/// <param name="HiddenNewer">Hidden entries that are newer than the first listed one.</param>
/// <param name="Matched">Entries that the whole filter includes, on all pages from this one on.</param>
/// <param name="Next">Version below which the next page begins; null when this is the last.</param>
internal sealed record HistoryPage(IReadOnlyList<HistoryPage.Line> Listed, int HiddenNewer, int Matched, long? Next)
{
    /// <summary>A listed entry.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Hidden">Hidden entries between it and the next older listed one.</param>
    public sealed record Line(ChronicleEntry Entry, int Hidden);

    /// <param name="entries">All entries, oldest first.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="name">Name of an entry's actor.</param>
    public static HistoryPage Of(IReadOnlyList<ChronicleEntry> entries, HistoryFilter filter, Func<ChronicleEntry, string?> name)
    {
        var listed = new List<Line>();
        var (hidden, newer, matched) = (0, 0, 0);
        foreach (var entry in entries.Reverse())
        {
            if (!filter.IncludesRest(entry, name(entry)))
            {
                continue;
            }

            if (!filter.IncludesKind(entry))
            {
                hidden++;
                continue;
            }

            matched++;
            if (listed.Count < filter.Limit)
            {
                newer = Settle(listed, hidden, newer);
                listed.Add(new Line(entry, 0));
            }

            // Entries hidden after the last of this page are the newer ones of the next page.
            hidden = 0;
        }

        newer = matched > listed.Count ? newer : Settle(listed, hidden, newer);
        return new HistoryPage(listed, newer, matched, matched > listed.Count ? listed[^1].Entry.Recorded.Version : null);
    }

    private static int Settle(List<Line> listed, int hidden, int newer)
    {
        if (listed.Count == 0)
        {
            return newer + hidden;
        }

        listed[^1] = listed[^1] with { Hidden = hidden };
        return newer;
    }
}
