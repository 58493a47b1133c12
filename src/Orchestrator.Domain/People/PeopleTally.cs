using System.Collections.Immutable;

namespace Orchestrator.Domain.People;

/// <summary>
/// Different users of one rollout, by variant and segment, an hour a bucket, for <see cref="Hours"/> hours. Outlives the tables, which are
/// rebuilt with each change. Counted on the hot path: no lock, no clock, and no allocation after the first user of an hour.
/// </summary>
public sealed partial class PeopleTally
{
    /// <summary>Hours of the long window: the present one and those before it.</summary>
    public const int Hours = 24;

    /// <summary>
    /// Most segments of a rollout whose users are counted apart. With both variants, the totals and the processes a rollout has at most 35
    /// sketches an hour.
    /// </summary>
    public const int MostSegments = 16;

    /// <summary>Place of the sketch of client processes, after two for the totals and two for each segment.</summary>
    private const int Processes = 2 * (1 + MostSegments);

    private const int Places = Processes + 1;

    /// <summary>Users of whom the client remembers that they are counted: 4 KiB.</summary>
    private const int Remembered = 1024;

    private readonly Lock _lock = new();
    private readonly PeopleRoom _room;

    /// <summary>Finished hours, at most <see cref="Hours"/> - 1: packed sketches by place.</summary>
    private readonly SortedDictionary<long, PastHour> _past = [];
    private volatile string[] _segments = [];
    private volatile Counting? _now;
    private uint[]? _counted;
    private long? _hour;
    private long? _since;
    private int _pastVersion;

    /// <summary>The finished hours of the long window together, packed, by place; made when they are read, and for that version.</summary>
    private (int Version, byte[]?[] Of) _together = (0, new byte[]?[Places]);
    private (Stamp Of, PeopleCounts Counts)? _made;
    private (Stamp Of, PeopleWindow Day)? _brief;

    /// <summary>A count of no users.</summary>
    /// <param name="rollout">Id of the rollout.</param>
    public PeopleTally(string rollout)
        : this(rollout, PeopleRoom.OfProcess)
    {
    }

    internal PeopleTally(string rollout, PeopleRoom room) => (Rollout, _room) = (rollout, room);

    /// <summary>Id of the rollout.</summary>
    public string Rollout { get; }

    /// <summary>Sketches of the present hour; for the bound of all of them.</summary>
    public int Sketches => _now?.Used ?? 0;

    /// <summary>Bytes of the finished hours; for the bound of all of them.</summary>
    public long PastBytes
    {
        get
        {
            lock (_lock)
            {
                return _past.Values.Sum(hour => hour.Bytes) + _together.Of.Sum(one => (long)(one?.Length ?? 0));
            }
        }
    }

    /// <summary>Number of the hour that begins at or before a moment.</summary>
    public static long HourOf(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerHour;

    /// <summary>
    /// Place of a segment, which it keeps; -1 when <see cref="MostSegments"/> others have one. Called when a table is compiled.
    /// </summary>
    internal int Place(string segment)
    {
        lock (_lock)
        {
            var at = Array.IndexOf(_segments, segment);
            if (at < 0 && _segments.Length < MostSegments)
            {
                at = _segments.Length;
                _segments = [.. _segments, segment];
            }

            return at;
        }
    }

    /// <summary>Counts a user who got a variant.</summary>
    /// <param name="person">Hash of the user.</param>
    /// <param name="isNew">True for the new variant.</param>
    /// <param name="segments">The user's segments, one bit each.</param>
    /// <param name="places">Place of each segment; -1 for none.</param>
    internal void Note(uint person, bool isNew, UInt128 segments, int[] places)
    {
        var now = _now ?? Begin();
        now.Of(At(-1, isNew))?.Add(person);
        for (; segments != UInt128.Zero; segments &= segments - 1)
        {
            if (places[(int)UInt128.TrailingZeroCount(segments)] is var place and >= 0)
            {
                now.Of(At(place, isNew))?.Add(person);
            }
        }
    }

    /// <summary>
    /// False for a user who was counted with this variant a moment ago, so that the segments of a user who asks for each request are not
    /// looked up each time.
    /// </summary>
    internal bool IsDue(uint person, bool isNew)
    {
        var counted = _counted ?? Interlocked.CompareExchange(ref _counted, new uint[Remembered], null) ?? _counted;
        ref var slot = ref counted[(person >> 1) % Remembered];
        var mark = (person & ~1u) | (isNew ? 1u : 0);
        if (slot == mark)
        {
            return false;
        }

        slot = mark;
        return true;
    }

    /// <summary>The users since the last call, and forgets them; empty for none. For a client, which reports and keeps nothing.</summary>
    internal ImmutableArray<PeopleOf> Take()
    {
        // A thread that has the old sketches in hand may count one user into them: the user counts at the next evaluation.
        if (Interlocked.Exchange(ref _now, null) is not { } taken)
        {
            return [];
        }

        if (_counted is { } counted)
        {
            Array.Clear(counted);
        }

        _room.Return(taken.Used);
        return [.. taken.Take(all: true).Select(one => Named(one.Place, 0, one.Packed))];
    }

    /// <summary>
    /// Begins an hour: the one before is packed, and hours out of the window are dropped. An earlier hour changes nothing.
    /// </summary>
    public void Roll(long hour)
    {
        lock (_lock)
        {
            _since ??= hour;
            if (_hour is { } before && hour > before)
            {
                if (Interlocked.Exchange(ref _now, null) is { } ended)
                {
                    _room.Return(ended.Used);
                    Keep(before).Take(ended);
                }

                _pastVersion++;
            }

            _hour = _hour is { } known ? Math.Max(known, hour) : hour;
            while (_past.Count > 0 && _past.First().Key is var oldest && oldest <= _hour - Hours)
            {
                _past.Remove(oldest);
            }
        }
    }

    /// <summary>Begin of the oldest finished hour; null for none.</summary>
    public long? Oldest
    {
        get
        {
            lock (_lock)
            {
                return _past.Count == 0 ? null : _past.First().Key;
            }
        }
    }

    /// <summary>Forgets an hour that is over, to make room. The windows then begin after it.</summary>
    public void Forget(long hour)
    {
        lock (_lock)
        {
            if (_past.Remove(hour))
            {
                _since = Math.Max(_since ?? hour, hour + 1);
                _pastVersion++;
            }
        }
    }

    /// <summary>
    /// Merges users that a client counted: as of now, whatever its clock says. Segments that the rollout does not name are left out.
    /// </summary>
    public void Merge(PeopleReport report)
    {
        var now = _now ?? Begin();
        foreach (var one in report.Users)
        {
            if (PlaceOf(one) is var place and >= 0)
            {
                now.Of(place)?.Merge(one.Users, own: true);
            }
        }

        now.Of(Processes)?.Add(report.Process);
    }

    /// <summary>Merges another node's count. It counts as that node's: it is not sent on.</summary>
    public void Merge(PeopleOf one)
    {
        lock (_lock)
        {
            if (_hour is not { } hour || PlaceOf(one) is not (>= 0 and var place) || one.Hour > hour + 1 || one.Hour <= hour - Hours
                || !PackedPeople.IsValid(one.Users))
            {
                return;
            }

            // The other node's clock may be a moment ahead.
            if (one.Hour >= hour)
            {
                (_now ?? Begin()).Of(place)?.Merge(one.Users, own: false);
            }
            else if (Keep(one.Hour).Merge(place, one.Users))
            {
                _pastVersion++;
            }

            _since = Math.Min(_since ?? one.Hour, one.Hour);
        }
    }

    /// <summary>Counts for the other nodes: those that rose since the last call, or all.</summary>
    public ImmutableArray<PeopleOf> Changed(bool all)
    {
        lock (_lock)
        {
            if (_hour is not { } hour)
            {
                return [];
            }

            var changed = ImmutableArray.CreateBuilder<PeopleOf>();
            foreach (var (past, kept) in _past)
            {
                changed.AddRange(kept.Take(all).Select(one => Named(one.Place, past, one.Packed)));
            }

            changed.AddRange((_now?.Take(all) ?? []).Select(one => Named(one.Place, hour, one.Packed)));
            return changed.ToImmutable();
        }
    }

    /// <summary>The estimates of the three windows.</summary>
    public PeopleCounts Counts()
    {
        lock (_lock)
        {
            var (now, stamp) = (_now, Now());
            if (_made is not { } made || made.Of != stamp)
            {
                var (first, hour) = Span();
                _made = made = (stamp, new PeopleCounts(
                    Day(now, _segments),
                    Window(hour, hour, null, now, _segments),
                    first < hour ? Window(hour - 1, hour - 1, LastHour(hour), null, _segments) : null));
            }

            return made.Counts;
        }
    }

    /// <summary>The long window without segments: what a list of many rollouts shows.</summary>
    public PeopleWindow Brief()
    {
        lock (_lock)
        {
            var stamp = Now();
            if (_brief is not { } made || made.Of != stamp)
            {
                _brief = made = (stamp, Day(_now, []));
            }

            return made.Day;
        }
    }

    private Stamp Now() => new(_now?.Version ?? -1, _now?.Refused ?? false, _pastVersion, _hour, _since, _segments.Length);

    private (long First, long Hour) Span() => _hour is { } hour ? (Math.Max(_since ?? hour, hour - Hours + 1), hour) : (0, 0);

    private PeopleWindow Day(Counting? now, string[] segments)
    {
        var (first, hour) = Span();
        var window = Window(first, hour, Together, now, segments);
        return window with { Refused = window.Refused || _past.Values.Any(past => past.Refused) };
    }

    private Func<int, byte[]>? LastHour(long hour) => _past.TryGetValue(hour - 1, out var last) ? last.Of : null;

    private byte[] Together(int place)
    {
        if (_together.Version != _pastVersion)
        {
            _together = (_pastVersion, new byte[]?[Places]);
        }

        if (_together.Of[place] is not { } known)
        {
            _together.Of[place] = known = Together(_past.Values, place);
        }

        return known;
    }

    private static PeopleWindow Window(long first, long last, Func<int, byte[]>? past, Counting? now, string[] segments)
    {
        var counts = ImmutableArray.CreateBuilder<PeopleBySegment>(segments.Length);
        foreach (var (i, segment) in segments.Index())
        {
            counts.Add(new PeopleBySegment(segment, Numbers(i, past, now)));
        }

        var processes = Cardinality.Of(Merged(Processes, past, now));
        return new PeopleWindow(first, last, Numbers(-1, past, now), counts.ToImmutable(), processes, now?.Refused == true);
    }

    /// <summary>Users of a segment, or of all for -1.</summary>
    private static PeopleNumbers Numbers(int segment, Func<int, byte[]>? past, Counting? now)
    {
        var (isNew, legacy) = (Merged(At(segment, true), past, now), Merged(At(segment, false), past, now));
        var numbers = (New: Cardinality.Of(isNew), Legacy: Cardinality.Of(legacy));
        PackedPeople.Raise(isNew, legacy);
        return new PeopleNumbers(Cardinality.Of(isNew), numbers.New, numbers.Legacy);
    }

    private static byte[] Merged(int place, Func<int, byte[]>? past, Counting? now)
    {
        var registers = new byte[PeopleSketch.Registers];
        PackedPeople.TryMerge(past?.Invoke(place) ?? [], registers);
        if (now?.Known(place) is { } counting)
        {
            PackedPeople.Raise(registers, counting.Span);
        }

        return registers;
    }

    private static int At(int segment, bool isNew) => ((segment + 1) * 2) + (isNew ? 0 : 1);

    private int PlaceOf(PeopleOf one) => one.Kind == PeopleKind.Processes ? Processes
        : one.Segment is null ? At(-1, one.Kind == PeopleKind.New)
        : Array.IndexOf(_segments, one.Segment) is var at and >= 0 ? At(at, one.Kind == PeopleKind.New)
        : -1;

    private PeopleOf Named(int place, long hour, byte[] packed) => place == Processes
        ? new PeopleOf(null, PeopleKind.Processes, hour, packed)
        : new PeopleOf(place < 2 ? null : _segments[(place / 2) - 1], place % 2 == 0 ? PeopleKind.New : PeopleKind.Legacy, hour, packed);

    private Counting Begin()
    {
        var made = new Counting(_room);
        return Interlocked.CompareExchange(ref _now, made, null) ?? made;
    }

    private PastHour Keep(long hour)
    {
        if (!_past.TryGetValue(hour, out var kept))
        {
            _past[hour] = kept = new PastHour();
        }

        return kept;
    }

    /// <summary>Everything that the estimates depend on.</summary>
    private readonly record struct Stamp(int Version, bool Refused, int Past, long? Hour, long? Since, int Segments);

    /// <summary>Sketches that users are counted into, made at the first user of each.</summary>
    private sealed class Counting(PeopleRoom room)
    {
        private readonly PeopleSketch?[] _of = new PeopleSketch?[Places];
        private readonly int[] _sent = new int[Places];
        private volatile bool _refused;

        /// <summary>True when there was no room for a sketch: the numbers are then too low.</summary>
        public bool Refused => _refused;

        public int Used => _of.Count(one => one is not null);

        public int Version => _of.Sum(one => one?.Version ?? 0);

        public PeopleSketch? Known(int place) => Volatile.Read(ref _of[place]);

        public PeopleSketch? Of(int place) => Volatile.Read(ref _of[place]) ?? Make(place);

        /// <summary>Sketches that rose by users of this process since the last call, or all.</summary>
        public IEnumerable<(int Place, byte[] Packed)> Take(bool all)
        {
            for (var place = 0; place < Places; place++)
            {
                if (Known(place) is { } sketch && IsDue(place, sketch.Own, all) && sketch.ToBytes() is { Length: > 0 } packed)
                {
                    yield return (place, packed);
                }
            }
        }

        public bool IsUnsent(int place) => Known(place) is { } sketch && sketch.Own != _sent[place];

        private bool IsDue(int place, int own, bool all)
        {
            var due = all || own != _sent[place];
            _sent[place] = own;
            return due;
        }

        private PeopleSketch? Make(int place)
        {
            if (!room.TryTake())
            {
                _refused = true;
                return null;
            }

            var made = new PeopleSketch();
            if (Interlocked.CompareExchange(ref _of[place], made, null) is { } other)
            {
                room.Return(1);
                return other;
            }

            return made;
        }
    }

    /// <summary>Packed sketches of an hour that is over.</summary>
    private sealed class PastHour
    {
        private readonly byte[][] _of = [.. Enumerable.Repeat<byte[]>([], Places)];
        private readonly bool[] _unsent = new bool[Places];

        public bool Refused { get; private set; }

        public long Bytes => _of.Sum(one => (long)one.Length);

        public byte[] Of(int place) => _of[place];

        public void Take(Counting ended)
        {
            Refused |= ended.Refused;
            for (var place = 0; place < Places; place++)
            {
                if (ended.Known(place) is { } sketch)
                {
                    _unsent[place] |= ended.IsUnsent(place);
                    Merge(place, sketch.ToBytes());
                }
            }
        }

        /// <summary>True when the sketch rose.</summary>
        public bool Merge(int place, ReadOnlySpan<byte> packed)
        {
            Span<byte> registers = stackalloc byte[PeopleSketch.Registers];
            registers.Clear();
            if (!PackedPeople.TryMerge(_of[place], registers) || !PackedPeople.TryMerge(packed, registers))
            {
                return false;
            }

            var merged = PackedPeople.Of(registers);
            var rose = !merged.AsSpan().SequenceEqual(_of[place]);
            _of[place] = merged;
            return rose;
        }

        public IEnumerable<(int Place, byte[] Packed)> Take(bool all)
        {
            for (var place = 0; place < Places; place++)
            {
                var due = (all || _unsent[place]) && _of[place].Length > 0;
                _unsent[place] = false;
                if (due)
                {
                    yield return (place, _of[place]);
                }
            }
        }
    }
}
