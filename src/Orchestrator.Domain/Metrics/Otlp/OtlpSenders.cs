namespace Orchestrator.Domain.Metrics.Otlp;

/// <summary>
/// Memory of the processes that push cumulative counters: the last value of each counter, and the time of the process's last export.
/// Bounded by the stored numbers, whatever the sender: processes come and go, and no outside input stays for ever. A process is forgotten
/// as a whole, the one silent for longest first.
/// </summary>
internal sealed class OtlpSenders
{
    /// <summary>
    /// Most stored numbers of all senders: 8 for each sender and each counter, and one for each bucket. About 30,000 sums, or 1,500
    /// histograms of 160 buckets; 20 MB at most.
    /// </summary>
    public const int MostNumbers = 250_000;

    private const int Each = 8;

    /// <summary>
    /// Most numbers of one sender, and of all senders with a single export together, before one of them is dropped: a flood of new names
    /// displaces itself.
    /// </summary>
    private const int Part = MostNumbers / 4;

    private readonly Dictionary<string, Sender> known = [];
    private readonly LinkedList<Sender> once = new();
    private readonly LinkedList<Sender> often = new();
    private int numbers;
    private int numbersOnce;
    private long forgotten;

    public int Count => known.Count;

    /// <summary>Last state of a counter; null when it is unknown.</summary>
    public OtlpCounterState? Find(OtlpPoint point) =>
        known.GetValueOrDefault(point.Sender)?.Streams.TryGetValue(point.Stream, out var stand) == true ? stand : null;

    /// <summary>Time of the newest restart of the sender that was detected; 0 for none.</summary>
    public long Restart(string sender) => known.GetValueOrDefault(sender)?.Restart ?? 0;

    /// <summary>
    /// Time of the sender's export before this point: parts of one export come in several messages of one time. 0 for never.
    /// </summary>
    public long HeardBefore(OtlpPoint point) =>
        known.GetValueOrDefault(point.Sender) is { } sender ? sender.Newest < point.At ? sender.Newest : sender.Before : 0;

    public void Restarted(OtlpPoint point) => known[point.Sender].Restart = point.At;

    /// <summary>Records the newest state of a counter.</summary>
    public void Remember(OtlpPoint point)
    {
        var sender = Of(point.Sender);
        var stand = new OtlpCounterState(point.At, point.Start, point.Value);
        Weigh(sender, Size(stand) - (sender.Streams.TryGetValue(point.Stream, out var before) ? Size(before) : 0));
        sender.Streams[point.Stream] = stand;
    }

    /// <summary>Records an export of the sender.</summary>
    public void Heard(string name, long at)
    {
        var sender = Of(name);
        if (at > sender.Newest)
        {
            (sender.Newest, sender.Before) = (at, sender.Newest);
        }

        var list = sender.Exports++ == 0 ? once : often;
        numbersOnce += list == once ? 0 : sender.Place.List == once ? -sender.Numbers : 0;
        sender.Place.List!.Remove(sender.Place);
        list.AddLast(sender.Place);
        if (sender.Numbers > Part)
        {
            Drop(sender);
        }
    }

    /// <summary>Drops senders until the rest fits. Returns the newest start of all counters that were ever dropped; 0 for none.</summary>
    public long Forget()
    {
        while (numbers > MostNumbers)
        {
            Drop((numbersOnce > Part || often.First is null ? once : often).First!.Value);
        }

        return forgotten;
    }

    private void Drop(Sender sender)
    {
        forgotten = sender.Streams.Values.Aggregate(forgotten, (newest, stand) => Math.Max(newest, stand.Start));
        Weigh(sender, -sender.Numbers);
        sender.Place.List!.Remove(sender.Place);
        known.Remove(sender.Name);
    }

    private Sender Of(string name)
    {
        if (!known.TryGetValue(name, out var sender))
        {
            known[name] = sender = new Sender(name);
            once.AddLast(sender.Place);
            Weigh(sender, Each);
        }

        return sender;
    }

    private void Weigh(Sender sender, int more)
    {
        sender.Numbers += more;
        numbers += more;
        numbersOnce += sender.Place.List == once ? more : 0;
    }

    private static int Size(in OtlpCounterState stand) => Each + stand.Value switch
    {
        OtlpValue.Histogram histogram => histogram.Bounds.Length + histogram.Counts.Length,
        // Nodes of a tree: each is as large as several numbers.
        OtlpValue.Exponential exponential => 4 * (exponential.Positive.Count + exponential.Negative.Count),
        _ => 0,
    };

    private sealed class Sender
    {
        public Sender(string name)
        {
            Name = name;
            Place = new LinkedListNode<Sender>(this);
        }

        public string Name { get; }

        public LinkedListNode<Sender> Place { get; }

        /// <summary>Counters of the process; bounded with all others by <see cref="MostNumbers"/>.</summary>
        public Dictionary<string, OtlpCounterState> Streams { get; } = [];

        public int Numbers { get; set; }

        public int Exports { get; set; }

        /// <summary>Time of the newest export, in Unix milliseconds, and of the one before.</summary>
        public long Newest { get; set; }

        public long Before { get; set; }

        public long Restart { get; set; }
    }
}

/// <summary>Last state of a counter. Its names and attributes are not stored.</summary>
/// <param name="At">Its time, in Unix milliseconds.</param>
/// <param name="Start">Beginning of its count, in Unix milliseconds; 0 when not given.</param>
/// <param name="Value">The counted value.</param>
internal readonly record struct OtlpCounterState(long At, long Start, OtlpValue Value);
