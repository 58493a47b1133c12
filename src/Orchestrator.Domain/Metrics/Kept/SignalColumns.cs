using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Kept;

/// <summary>
/// A block as columns: series of one sample share a column of instants, and each series has one for each part of its points. The same block
/// gives the same bytes.
/// </summary>
internal static class SignalColumns
{
    /// <summary>
    /// Most bytes of one series in a block, before compression. Beyond it points of one sampling period are put together, then of two, four
    /// and so on: sums, counts and distributions stay, instants get coarser.
    /// </summary>
    public const int MostSeriesBytes = 256 << 10;

    public static byte[] Write(SignalBlock block)
    {
        var tracks = block.Tracks.Select(track => Fit(track, block)).ToArray();
        var (times, column) = Times(tracks);
        var to = new ArrayBufferWriter<byte>();
        VarInt.Write(to, (ulong)block.Counters.Length);
        foreach (var counter in block.Counters)
        {
            Text(to, counter);
        }

        VarInt.Write(to, (ulong)times.Count);
        foreach (var instants in times)
        {
            Instants(to, instants, block.From);
        }

        VarInt.Write(to, (ulong)tracks.Length);
        for (var i = 0; i < tracks.Length; i++)
        {
            var (key, points, body) = tracks[i];
            to.Write([(byte)key.Variant, (byte)key.Traffic, (byte)key.Kind]);
            Text(to, key.Segment ?? "");
            Text(to, key.Series);
            VarInt.Write(to, (ulong)column[i]);
            VarInt.Write(to, (ulong)body.Length);
            to.Write(body);
        }

        return to.WrittenSpan.ToArray();
    }

    /// <summary>Reads the wanted series; the others are skipped.</summary>
    public static SignalBlock Read(SignalBlock block, ReadOnlySpan<byte> from, Func<TrackKey, bool>? wanted)
    {
        var counters = new string[Count(ref from)];
        for (var i = 0; i < counters.Length; i++)
        {
            counters[i] = Text(ref from);
        }

        var times = new long[Count(ref from)][];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = Instants(ref from, block.From);
        }

        var tracks = new List<KeptTrack>();
        for (var left = Count(ref from); left > 0; left--)
        {
            var (variant, traffic, kind) = ((Variant)from[0], (Traffic)from[1], (SeriesKind)from[2]);
            from = from[3..];
            var (segment, series) = (Text(ref from), Text(ref from));
            var key = new TrackKey(variant, traffic, segment.Length == 0 ? null : segment, kind, series);
            var instants = times[(int)VarInt.Read(ref from)];
            var length = (int)VarInt.Read(ref from);
            if (wanted?.Invoke(key) != false)
            {
                tracks.Add(new KeptTrack(key, Body(from[..length], kind, instants)));
            }

            from = from[length..];
        }

        return block with { Counters = counters, Tracks = [.. tracks] };
    }

    private static (TrackKey Key, Point[] Points, byte[] Body) Fit(KeptTrack track, SignalBlock block)
    {
        var (points, body) = (track.Points, Body(track.Points, track.Key.Kind));
        for (var grid = Math.Max(1, block.Sampling); body.Length > MostSeriesBytes && points.Length > 1; grid *= 2)
        {
            points = Together(track.Points, grid);
            body = Body(points, track.Key.Kind);
        }

        return (track.Key, points, body);
    }

    /// <summary>Points of each cell as one, at the newest of their instants.</summary>
    private static Point[] Together(Point[] points, long grid)
    {
        var merged = new List<Point>();
        foreach (var point in points)
        {
            if (merged.Count > 0 && Periods.StartOf(merged[^1].At, grid) == Periods.StartOf(point.At, grid))
            {
                merged[^1] = merged[^1].With(point) with { Start = point.At, At = point.At };
            }
            else
            {
                merged.Add(point);
            }
        }

        return [.. merged];
    }

    private static (List<long[]> Times, int[] Column) Times((TrackKey Key, Point[] Points, byte[] Body)[] tracks)
    {
        var (times, column) = (new List<long[]>(), new int[tracks.Length]);
        var known = new Dictionary<int, List<int>>();
        for (var i = 0; i < tracks.Length; i++)
        {
            var instants = Array.ConvertAll(tracks[i].Points, point => point.At);
            var hash = new HashCode();
            hash.Add(instants.Length);
            hash.Add(instants.Length == 0 ? 0 : instants[0]);
            hash.Add(instants.Length == 0 ? 0 : instants[^1]);
            var alike = known.TryGetValue(hash.ToHashCode(), out var found) ? found : known[hash.ToHashCode()] = [];
            var at = alike.FindIndex(index => times[index].AsSpan().SequenceEqual(instants));
            if (at < 0)
            {
                at = alike.Count;
                alike.Add(times.Count);
                times.Add(instants);
            }

            column[i] = alike[at];
        }

        return (times, column);
    }

    /// <summary>Differences of differences: samples come at even intervals.</summary>
    private static void Instants(ArrayBufferWriter<byte> to, long[] instants, long from)
    {
        VarInt.Write(to, (ulong)instants.Length);
        long last = from, step = 0;
        foreach (var instant in instants)
        {
            VarInt.Write(to, ZigZag(instant - last - step));
            (step, last) = (instant - last, instant);
        }
    }

    private static long[] Instants(ref ReadOnlySpan<byte> from, long start)
    {
        var instants = new long[Count(ref from)];
        long last = start, step = 0;
        for (var i = 0; i < instants.Length; i++)
        {
            step += UnZigZag(VarInt.Read(ref from));
            instants[i] = last += step;
        }

        return instants;
    }

    private static byte[] Body(Point[] points, SeriesKind kind)
    {
        var to = new ArrayBufferWriter<byte>();
        for (int first = 0, next; first < points.Length; first = next)
        {
            for (next = first + 1; next < points.Length && points[next].Samples == points[first].Samples; next++)
            {
            }

            VarInt.Write(to, (ulong)(next - first));
            VarInt.Write(to, ZigZag(points[first].Samples));
        }

        var weight = 0L;
        foreach (var point in points)
        {
            VarInt.Write(to, ZigZag(unchecked(point.Weight - weight)));
            weight = point.Weight;
        }

        if (kind == SeriesKind.Gauge)
        {
            Column(to, points, static point => point.Sum, static _ => 0);
            Column(to, points, static point => point.Min, static point => point.Sum);
            Column(to, points, static point => point.Max, static point => point.Sum);
        }

        if (kind == SeriesKind.Distribution)
        {
            foreach (var point in points)
            {
                VarInt.Write(to, point.Values is null ? 0 : (ulong)point.Values.Length + 1);
                to.Write(point.Values ?? []);
            }
        }

        return to.WrittenSpan.ToArray();
    }

    private static Point[] Body(ReadOnlySpan<byte> from, SeriesKind kind, long[] instants)
    {
        var points = new Point[instants.Length];
        for (var i = 0; i < points.Length;)
        {
            var run = checked(i + (int)VarInt.Read(ref from));
            var samples = (int)UnZigZag(VarInt.Read(ref from));
            for (; i < run; i++)
            {
                points[i] = new Point(instants[i], instants[i], samples, 0, 0, 0, 0, null);
            }
        }

        var weight = 0L;
        for (var i = 0; i < points.Length; i++)
        {
            weight = unchecked(weight + UnZigZag(VarInt.Read(ref from)));
            points[i] = points[i] with { Weight = weight };
        }

        if (kind == SeriesKind.Gauge)
        {
            Column(ref from, points, static (point, sum) => point with { Sum = sum }, static _ => 0);
            Column(ref from, points, static (point, min) => point with { Min = min }, static point => point.Sum);
            Column(ref from, points, static (point, max) => point with { Max = max }, static point => point.Sum);
        }

        if (kind == SeriesKind.Distribution)
        {
            for (var i = 0; i < points.Length; i++)
            {
                if (Count(ref from) is var length and > 0)
                {
                    points[i] = points[i] with { Values = from[..(length - 1)].ToArray() };
                    from = from[(length - 1)..];
                }
            }
        }

        return points;
    }

    /// <summary>
    /// Numbers by their bits, each as its difference from the one before or, for the first one and in a column with a likely value, from
    /// that. Bytes are turned around: most numbers have few digits, so their last bits are zero.
    /// </summary>
    private static void Column(ArrayBufferWriter<byte> to, Point[] points, Func<Point, double> value, Func<Point, double> likely)
    {
        var before = 0L;
        foreach (var point in points)
        {
            var bits = BitConverter.DoubleToInt64Bits(value(point)) ^ BitConverter.DoubleToInt64Bits(likely(point));
            VarInt.Write(to, BinaryPrimitives.ReverseEndianness((ulong)(bits ^ before)));
            before = bits;
        }
    }

    private static void Column(
        ref ReadOnlySpan<byte> from, Point[] points, Func<Point, double, Point> set, Func<Point, double> likely)
    {
        var before = 0L;
        for (var i = 0; i < points.Length; i++)
        {
            before ^= (long)BinaryPrimitives.ReverseEndianness(VarInt.Read(ref from));
            points[i] = set(points[i], BitConverter.Int64BitsToDouble(before ^ BitConverter.DoubleToInt64Bits(likely(points[i]))));
        }
    }

    private static void Text(ArrayBufferWriter<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        VarInt.Write(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static string Text(ref ReadOnlySpan<byte> from)
    {
        var length = Count(ref from);
        var text = Encoding.UTF8.GetString(from[..length]);
        from = from[length..];
        return text;
    }

    /// <summary>A number of things that take a byte each at least, so that damaged bytes reserve no memory.</summary>
    private static int Count(ref ReadOnlySpan<byte> from)
    {
        var count = VarInt.Read(ref from);
        return count <= (ulong)from.Length + 1
            ? (int)count
            : throw new InvalidDataException($"{count} things in {from.Length} bytes");
    }

    private static ulong ZigZag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    private static long UnZigZag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));
}
