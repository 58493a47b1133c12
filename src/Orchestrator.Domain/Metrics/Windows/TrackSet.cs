using Orchestrator.Domain.Metrics.Kept;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>All tracks of a rollout: folding of recent samples, expiry of old ones, and the changed chunks of state.</summary>
internal sealed class TrackSet(Periods periods)
{
    private readonly Dictionary<TrackKey, Track> tracks = [];
    private long[] cuts = [];

    // The newest instant that was ever added.
    private long latest;

    /// <summary>Milliseconds between two samples of one sender.</summary>
    public long Sampling => periods.Sampling;

    /// <summary>End of folded time: earlier samples are no longer accepted.</summary>
    public long SealedTo { get; private set; }

    /// <summary>Instants at which a query begins: no block reaches across one, so that nothing before it leaks in.</summary>
    public IReadOnlyList<long> Cuts => cuts;

    public ChangedChunks Changed { get; } = new();

    /// <summary>Measurements that are final, for keeping.</summary>
    public FinalBlocks Final { get; } = new(periods);

    /// <summary>Counters that some sample of the rollout has carried.</summary>
    public HashSet<string> Counters { get; } = [];

    public IEnumerable<KeyValuePair<TrackKey, Track>> All => tracks;

    public Track? Find(in TrackKey key) => tracks.GetValueOrDefault(key);

    public void Add(in TrackKey key, Point point)
    {
        For(key).Add(point);
        latest = Math.Max(latest, point.At);
        Changed.Recent(point.At);
    }

    /// <summary>Adds points of one track, in any order; the list is sorted.</summary>
    public void Add(in TrackKey key, List<Point> points)
    {
        For(key).Add(points);
        latest = Math.Max(latest, points.Max(point => point.At));
        foreach (var point in points)
        {
            Changed.Recent(point.At);
        }
    }

    public bool KnowsCounter(string series) => Counters.Contains(series);

    public void KnowCounter(string series)
    {
        if (Counters.Add(series))
        {
            Changed.Meta();
        }
    }

    public void CutAt(IEnumerable<long> instants)
    {
        // Cuts in folded time are no longer needed.
        var wanted = instants.Where(cut => cut > SealedTo).Distinct().Order().ToArray();
        if (!wanted.AsSpan().SequenceEqual(cuts))
        {
            cuts = wanted;
            Changed.Meta();
        }
    }

    /// <summary>Folds samples older than the exact span, in whole blocks.</summary>
    public void Seal(long now)
    {
        Heal(now);
        Final.Collect(this, now);
        var target = (now - periods.Exact) / Periods.Block * Periods.Block;
        if (target <= SealedTo)
        {
            return;
        }

        var edges = Edges(target);
        if (edges.Count > 1)
        {
            foreach (var track in tracks.Values)
            {
                track.Seal(edges);
            }

            Changed.Sealed(edges);
        }

        SealedTo = target;
        var horizon = (target - periods.Kept) / Periods.Day * Periods.Day;
        if (Changed.Forget(horizon))
        {
            foreach (var (key, track) in tracks)
            {
                track.Forget(horizon);
                if (track.IsEmpty)
                {
                    tracks.Remove(key);
                }
            }
        }
    }

    /// <summary>
    /// Corrects state of a clock that was ahead when it folded, or when samples got their time: samples in the future are dropped, and
    /// folded time ends with the newest sample, so that every later one is accepted at once.
    /// </summary>
    private void Heal(long now)
    {
        // Twice the lead: samples may be that far ahead, and the clock a little behind its value before a restart.
        var future = now + (2 * periods.Ahead);
        if ((SealedTo <= now - periods.Lateness || SealedTo <= latest) && latest <= future)
        {
            return;
        }

        foreach (var track in tracks.Values)
        {
            track.ForgetAfter(future);
        }

        latest = tracks.Values.Select(track => track.Newest(future) ?? 0).DefaultIfEmpty(0).Max();
        SealedTo = Math.Min(SealedTo, Math.Max(latest, (now - periods.Exact) / Periods.Block * Periods.Block));
        Changed.Rewritten(tracks.Values.SelectMany(track => track.EndAt(SealedTo)));
        Final.Rewind(SealedTo);
    }

    public void RestoreMeta(long sealedTo, long[] restoredCuts)
    {
        (SealedTo, cuts) = (sealedTo, restoredCuts);
        Final.Continue(sealedTo);
    }

    // A crash between the writes of two chunks can leave samples both folded and not: the last written boundary decides.
    public void Restore(in TrackKey key, Point recent)
    {
        if (recent.At > SealedTo)
        {
            For(key).Add(recent);
            latest = Math.Max(latest, recent.At);
        }
    }

    public void Restore(in TrackKey key, Sealed span)
    {
        if (span.Folded.At <= SealedTo)
        {
            For(key).Restore(span);
            latest = Math.Max(latest, span.Last);
            Changed.KnowOld(span.Folded.At);
        }
    }

    private Track For(in TrackKey key)
    {
        if (!tracks.TryGetValue(key, out var track))
        {
            tracks[key] = track = new Track(periods.Sampling);
        }

        return track;
    }

    // Ends of blocks, and cuts, from the first recent sample to the target or the last one.
    private List<long> Edges(long target)
    {
        long first = long.MaxValue, last = 0;
        foreach (var track in tracks.Values)
        {
            if (!track.Recent.IsEmpty)
            {
                first = Math.Min(first, track.Recent[0].At - periods.Sampling);
                last = Math.Max(last, track.Recent[^1].At);
            }
        }

        if (first == long.MaxValue)
        {
            return [];
        }

        var start = Math.Max(SealedTo, Periods.StartOf(Math.Max(1, first), Periods.Block));
        var end = Math.Min(target, Periods.StartOf(last, Periods.Block) + Periods.Block);
        var edges = new List<long>();
        for (var edge = start; edge <= end;)
        {
            // A boundary that was set back is inside a block.
            var next = ((edge / Periods.Block) + 1) * Periods.Block;
            edges.Add(edge);
            edges.AddRange(cuts.Where(cut => cut > edge && cut < next && cut < end));
            edge = next;
        }

        return edges;
    }
}
