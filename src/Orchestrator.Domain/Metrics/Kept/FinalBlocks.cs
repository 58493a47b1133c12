using Orchestrator.Domain.Metrics.Windows;

namespace Orchestrator.Domain.Metrics.Kept;

/// <summary>
/// Takes measurements out of the windows, as blocks, once no sample may change them and before they are folded. It only copies: encoding
/// and storing are no part of a round.
/// </summary>
internal sealed class FinalBlocks(Periods periods)
{
    /// <summary>Most blocks that wait to be taken. The owner takes them after each call, so there is one at most.</summary>
    private const int MostWaiting = 16;

    private readonly List<SignalBlock> waiting = [];
    private bool rewound;

    /// <summary>False until an owner asks: only windows of a rollout are kept.</summary>
    public bool Wanted { get; set; }

    /// <summary>End of the newest block.</summary>
    public long To { get; private set; }

    /// <summary>Continues after a restart, or under another plan.</summary>
    public void Continue(long to) => To = to;

    /// <summary>The clock was set back: what comes now replaces what was taken after this.</summary>
    public void Rewind(long to)
    {
        if (to < To)
        {
            (To, rewound) = (to, true);
            waiting.RemoveAll(block => block.To > to);
        }
    }

    public void Collect(TrackSet tracks, long now)
    {
        if (!Wanted || EndAt(now) is var edge && edge <= To)
        {
            return;
        }

        waiting.Add(Block(tracks, To, edge) with { Rewinds = rewound });
        (To, rewound) = (edge, false);
        if (waiting.Count > MostWaiting)
        {
            waiting.RemoveAt(0);
        }
    }

    public SignalBlock[] Take()
    {
        SignalBlock[] taken = [.. waiting];
        waiting.Clear();
        return taken;
    }

    /// <summary>The exact points in (from, to], whether final or not.</summary>
    public SignalBlock Block(TrackSet tracks, long from, long to)
    {
        var kept = new List<KeptTrack>();
        foreach (var (key, track) in tracks.All)
        {
            var points = track.Between(from, to);
            if (!points.IsEmpty)
            {
                kept.Add(new KeptTrack(key, points.ToArray()));
            }
        }

        kept.Sort(static (a, b) => Compare(a.Key, b.Key));
        return new SignalBlock(from, to, periods.Sampling)
        {
            Counters = [.. tracks.Counters.Order(StringComparer.Ordinal)],
            Tracks = [.. kept.Take(SignalBlock.MostSeries)],
            LeftOut = Math.Max(0, kept.Count - SignalBlock.MostSeries),
        };
    }

    /// <summary>
    /// End of the last half hour that is final: older samples are refused, and those of a flood of senders are moved by a part of a period.
    /// </summary>
    private long EndAt(long now) => Math.Max(0, now - periods.Lateness - periods.Sampling - 1001) / Periods.Block * Periods.Block;

    private static int Compare(in TrackKey a, in TrackKey b)
    {
        var order = string.CompareOrdinal(a.Segment, b.Segment);
        order = order != 0 ? order : string.CompareOrdinal(a.Series, b.Series);
        order = order != 0 ? order : a.Kind.CompareTo(b.Kind);
        order = order != 0 ? order : a.Variant.CompareTo(b.Variant);
        return order != 0 ? order : a.Traffic.CompareTo(b.Traffic);
    }
}
