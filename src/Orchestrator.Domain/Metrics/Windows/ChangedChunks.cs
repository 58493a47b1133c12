using System.Globalization;
using Orchestrator.Domain.Metrics.Samples;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>The chunks of state, and those among them that changed since they were last taken.</summary>
internal sealed class ChangedChunks
{
    public const string MetaName = "meta";

    private readonly HashSet<long> slots = [];
    private readonly HashSet<long> days = [];
    private readonly HashSet<long> changedSlots = [];
    private readonly HashSet<long> changedDays = [];
    private bool meta = true;

    public void Meta() => meta = true;

    public void Recent(long at)
    {
        var slot = Periods.StartOf(at, Periods.Slot);
        slots.Add(slot);
        changedSlots.Add(slot);
    }

    /// <summary>Adds a stored slot; a stale one has been folded and is to be deleted.</summary>
    public void KnowSlot(long start, bool stale) => (stale ? changedSlots : slots).Add(start);

    public void KnowOld(long end) => days.Add(Periods.StartOf(end, Periods.Day));

    public void Sealed(IReadOnlyList<long> edges)
    {
        meta = true;
        for (var i = 1; i < edges.Count; i++)
        {
            KnowOld(edges[i]);
            changedDays.Add(Periods.StartOf(edges[i], Periods.Day));
        }

        changedSlots.UnionWith(slots.Where(slot => slot < edges[^1]));
        slots.RemoveWhere(slot => slot < edges[^1]);
    }

    /// <summary>Marks everything as changed; folded time now has these ends.</summary>
    public void Rewritten(IEnumerable<long> ends)
    {
        meta = true;
        foreach (var end in ends)
        {
            KnowOld(end);
        }

        changedDays.UnionWith(days);
        changedSlots.UnionWith(slots);
    }

    /// <summary>Drops the days that ended by then; false when there was none.</summary>
    public bool Forget(long horizon)
    {
        var gone = days.Where(day => day + Periods.Day <= horizon).ToList();
        days.ExceptWith(gone);
        changedDays.UnionWith(gone);
        return gone.Count > 0;
    }

    /// <summary>
    /// The changes, in an order in which it is safe to write one by one: new samples, folded days, the boundary between both,
    /// and only then what the boundary made superfluous.
    /// </summary>
    public IReadOnlyList<(string Name, ChunkKind Kind, long Start, bool Gone)> Take(bool all)
    {
        var wantedSlots = all ? slots : changedSlots;
        var wantedDays = all ? days : changedDays;
        List<(string, ChunkKind, long, bool)> taken =
        [
            .. wantedSlots.Where(slots.Contains).Order().Select(slot => (SlotName(slot), ChunkKind.Slot, slot, false)),
            .. wantedDays.Where(days.Contains).Order().Select(day => (DayName(day), ChunkKind.Day, day, false)),
        ];
        if (all || meta)
        {
            taken.Add((MetaName, ChunkKind.Meta, 0, false));
        }

        taken.AddRange(wantedSlots.Except(slots).Order().Select(slot => (SlotName(slot), ChunkKind.Slot, slot, true)));
        taken.AddRange(wantedDays.Except(days).Order().Select(day => (DayName(day), ChunkKind.Day, day, true)));
        if (!all)
        {
            Settle();
        }

        return taken;
    }

    /// <summary>Marks everything as stored.</summary>
    public void Settle()
    {
        meta = false;
        changedSlots.Clear();
        changedDays.Clear();
    }

    private static string SlotName(long start) => "recent-" + (start / 1000).ToString(CultureInfo.InvariantCulture);

    private static string DayName(long start) => "day-" + UnixMillis.At(start).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Content of a chunk.</summary>
internal enum ChunkKind
{
    /// <summary>Recent samples of five minutes.</summary>
    Slot,

    /// <summary>Folded samples of a day.</summary>
    Day,

    /// <summary>The boundary between both.</summary>
    Meta,
}
