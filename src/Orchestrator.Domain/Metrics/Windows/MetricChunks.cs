using System.Text;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Windows;

/// <summary>
/// State as bytes: five minutes of recent samples, a day of folded ones, or the boundary between both. Each begins with a version and its
/// kind.
/// </summary>
internal sealed class MetricChunks(TrackSet tracks, SeenIds ids)
{
    private const byte Version = 1;

    public List<(string Name, byte[] Data)> Take(bool all)
    {
        var taken = new List<(string, byte[])>();
        foreach (var (name, kind, start, gone) in tracks.Changed.Take(all))
        {
            taken.Add((name, gone ? [] : Write(kind, start)));
        }

        return taken;
    }

    public void Restore(IEnumerable<(string Name, byte[] Data)> stored)
    {
        // The boundary first: it decides which samples of the others count.
        var chunks = stored.Where(chunk => chunk.Data.Length > 0).OrderBy(chunk => chunk.Name != ChangedChunks.MetaName).ToList();
        tracks.Changed.Settle();
        foreach (var (name, data) in chunks)
        {
            try
            {
                Read(data);
            }
            catch (Exception damaged) when (damaged is EndOfStreamException or ArgumentException or FormatException)
            {
                throw new InvalidDataException($"Chunk '{name}' of metric windows is damaged.", damaged);
            }
        }
    }

    private byte[] Write(ChunkKind kind, long start)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Version);
        writer.Write((byte)kind);
        switch (kind)
        {
            case ChunkKind.Meta:
                WriteMeta(writer);
                break;
            case ChunkKind.Slot:
                WriteSlot(writer, start);
                break;
            default:
                WriteDay(writer, start);
                break;
        }

        writer.Flush();
        return stream.ToArray();
    }

    private void Read(byte[] data)
    {
        using var reader = new BinaryReader(new MemoryStream(data), Encoding.UTF8);
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new InvalidDataException($"A chunk of metric windows has version {version}; this program reads {Version}.");
        }

        switch ((ChunkKind)reader.ReadByte())
        {
            case ChunkKind.Meta:
                ReadMeta(reader);
                break;
            case ChunkKind.Slot:
                ReadSlot(reader);
                break;
            case ChunkKind.Day:
                ReadDay(reader);
                break;
            case var kind:
                throw new InvalidDataException($"A chunk of metric windows has the unknown kind {kind}.");
        }
    }

    private void WriteMeta(BinaryWriter writer)
    {
        writer.Write(tracks.SealedTo);
        writer.Write7BitEncodedInt(tracks.Cuts.Count);
        foreach (var cut in tracks.Cuts)
        {
            writer.Write(cut);
        }

        writer.Write7BitEncodedInt(tracks.Counters.Count);
        foreach (var counter in tracks.Counters.Order(StringComparer.Ordinal))
        {
            writer.Write(counter);
        }
    }

    private void ReadMeta(BinaryReader reader)
    {
        var sealedTo = reader.ReadInt64();
        var cuts = new long[reader.Read7BitEncodedInt()];
        for (var i = 0; i < cuts.Length; i++)
        {
            cuts[i] = reader.ReadInt64();
        }

        tracks.RestoreMeta(sealedTo, cuts);
        for (var n = reader.Read7BitEncodedInt(); n > 0; n--)
        {
            tracks.Counters.Add(reader.ReadString());
        }
    }

    private void WriteSlot(BinaryWriter writer, long start)
    {
        writer.Write(start);
        var seen = ids.Within(start, start + Periods.Slot).ToList();
        writer.Write7BitEncodedInt(seen.Count);
        foreach (var (id, at) in seen)
        {
            writer.Write(id);
            writer.Write7BitEncodedInt64(at - start);
        }

        foreach (var (key, track) in tracks.All)
        {
            var points = track.Between(start, start + Periods.Slot);
            if (points.IsEmpty)
            {
                continue;
            }

            WriteKey(writer, key, points.Length);
            foreach (var point in points)
            {
                WritePoint(writer, key.Kind, point, start);
            }
        }
    }

    private void ReadSlot(BinaryReader reader)
    {
        var start = reader.ReadInt64();
        tracks.Changed.KnowSlot(start, stale: start + Periods.Slot <= tracks.SealedTo);
        for (var n = reader.Read7BitEncodedInt(); n > 0; n--)
        {
            ids.Add(reader.ReadUInt64(), start + reader.Read7BitEncodedInt64());
        }

        while (ReadKey(reader, out var key, out var count))
        {
            for (; count > 0; count--)
            {
                tracks.Restore(key, ReadPoint(reader, key.Kind, start));
            }
        }
    }

    private void WriteDay(BinaryWriter writer, long start)
    {
        writer.Write(start);
        foreach (var (key, track) in tracks.All)
        {
            var spans = track.OldBetween(start, start + Periods.Day);
            if (spans.IsEmpty)
            {
                continue;
            }

            WriteKey(writer, key, spans.Length);
            foreach (var span in spans)
            {
                writer.Write7BitEncodedInt64(span.Folded.At - span.Folded.Start);
                writer.Write7BitEncodedInt64(span.Covered);
                writer.Write7BitEncodedInt64(span.Last == 0 ? 0 : span.Folded.At - span.Last + 1);
                writer.Write(span.Newest);
                WritePoint(writer, key.Kind, span.Folded, start);
            }
        }
    }

    private void ReadDay(BinaryReader reader)
    {
        var start = reader.ReadInt64();
        while (ReadKey(reader, out var key, out var count))
        {
            for (; count > 0; count--)
            {
                var (length, covered, last, newest) = (reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(),
                    reader.Read7BitEncodedInt64(), reader.ReadDouble());
                var point = ReadPoint(reader, key.Kind, start);
                tracks.Restore(
                    key, new Sealed(point with { Start = point.At - length }, covered, last == 0 ? 0 : point.At - last + 1, newest));
            }
        }
    }

    private static void WriteKey(BinaryWriter writer, in TrackKey key, int count)
    {
        writer.Write7BitEncodedInt(count);
        writer.Write((byte)key.Variant);
        writer.Write((byte)key.Traffic);
        writer.Write(key.Segment ?? "");
        writer.Write((byte)key.Kind);
        writer.Write(key.Series);
    }

    private static bool ReadKey(BinaryReader reader, out TrackKey key, out int count)
    {
        (key, count) = (default, 0);
        if (reader.BaseStream.Position == reader.BaseStream.Length)
        {
            return false;
        }

        count = reader.Read7BitEncodedInt();
        var (variant, traffic, segment) = ((Variant)reader.ReadByte(), (Traffic)reader.ReadByte(), reader.ReadString());
        key = new TrackKey(variant, traffic, segment.Length == 0 ? null : segment, (SeriesKind)reader.ReadByte(), reader.ReadString());
        return true;
    }

    private static void WritePoint(BinaryWriter writer, SeriesKind kind, in Point point, long start)
    {
        writer.Write7BitEncodedInt64(point.At - start);
        writer.Write7BitEncodedInt(point.Samples);
        writer.Write7BitEncodedInt64(point.Weight);
        if (kind == SeriesKind.Gauge)
        {
            writer.Write(point.Sum);
            writer.Write(point.Min);
            writer.Write(point.Max);
        }

        if (kind == SeriesKind.Distribution)
        {
            writer.Write7BitEncodedInt(point.Values?.Length ?? 0);
            writer.Write(point.Values ?? []);
        }
    }

    private static Point ReadPoint(BinaryReader reader, SeriesKind kind, long start)
    {
        var at = start + reader.Read7BitEncodedInt64();
        var (samples, weight) = (reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt64());
        var (sum, min, max) = kind == SeriesKind.Gauge ? (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()) : (0, 0, 0);
        var values = kind == SeriesKind.Distribution ? reader.ReadBytes(reader.Read7BitEncodedInt()) : null;
        return new Point(at, at, samples, weight, sum, min, max, values);
    }
}
