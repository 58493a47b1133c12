using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans.Rules;

namespace Orchestrator.Domain.Metrics.Kept;

/// <summary>
/// Blocks as bytes that may follow each other in a file: a mark, the times, the compressed columns of all series but distributions, and
/// those of distributions, which are most of the bytes and are read only where they are wanted. Each part has a checksum. A damaged block
/// is passed over; the next one is found by its mark.
/// </summary>
public static class SignalCodec
{
    private const byte Version = 1;
    private const int HeadLength = 4 + 1 + (3 * 8) + (4 * 4);
    private const int SumLength = 8;
    private const int Quality = 5;
    private const int Window = 20;

    /// <summary>Most bytes of the columns of a part: 2,000 series of 256 KiB each never come together.</summary>
    private const int MostBytes = 256 << 20;

    private static ReadOnlySpan<byte> Mark => "RSIG"u8;

    /// <summary>A block as bytes.</summary>
    public static byte[] Write(SignalBlock block)
    {
        var (light, lightLength) = Pack(block with { Tracks = [.. block.Tracks.Where(track => !IsHeavy(track.Key))] });
        var (heavy, heavyLength) = Pack(block with { Counters = [], Tracks = [.. block.Tracks.Where(track => IsHeavy(track.Key))] });
        var written = new byte[HeadLength + light.Length + SumLength + heavy.Length + SumLength];
        Mark.CopyTo(written);
        written[4] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(5), block.From);
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(13), block.To);
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(21), block.Sampling);
        BinaryPrimitives.WriteInt32LittleEndian(written.AsSpan(29), lightLength);
        BinaryPrimitives.WriteInt32LittleEndian(written.AsSpan(33), light.Length);
        BinaryPrimitives.WriteInt32LittleEndian(written.AsSpan(37), heavyLength);
        BinaryPrimitives.WriteInt32LittleEndian(written.AsSpan(41), heavy.Length);
        light.CopyTo(written.AsSpan(HeadLength));
        var first = HeadLength + light.Length;
        Sum(written.AsSpan(0, first), written.AsSpan(first));
        heavy.CopyTo(written.AsSpan(first + SumLength));
        Sum(heavy, written.AsSpan(first + SumLength + heavy.Length));
        return written;
    }

    /// <summary>Compressed bytes of a series by itself, by kind of series: the mean of those in a block.</summary>
    public static IReadOnlyDictionary<string, double> BytesByKind(SignalBlock block) =>
        block.Tracks.GroupBy(track => track.Key.Kind).ToDictionary(
            kind => kind.Key.ToString(),
            kind => kind.Average(track => Pack(block with { Counters = [], Tracks = [track] }).Packed.Length));

    /// <summary>Whole blocks among these bytes, in their order.</summary>
    public static IEnumerable<StoredBlock> Find(ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            if (One(bytes[at..]) is { } found)
            {
                yield return found;
                at += found.Bytes.Length;
                continue;
            }

            // Damaged or cut off: on to the next mark.
            var next = bytes.Span[(at + 1)..].IndexOf(Mark);
            at = next < 0 ? bytes.Length : at + 1 + next;
        }
    }

    /// <summary>Reads a block.</summary>
    /// <exception cref="InvalidDataException">The block is damaged, or no block of this version.</exception>
    public static SignalBlock Read(StoredBlock stored) => Read(stored, null);

    /// <summary>Reads the wanted series of a block.</summary>
    /// <param name="stored">The block.</param>
    /// <param name="wanted">Chooses series; null for all.</param>
    /// <param name="distributions">False when no distribution is wanted.</param>
    internal static SignalBlock Read(StoredBlock stored, Func<TrackKey, bool>? wanted, bool distributions = true)
    {
        var bytes = stored.Bytes.Span;
        var (lightLength, light) = (Number(bytes, 29), Number(bytes, 33));
        var (heavyLength, heavy) = (Number(bytes, 37), Number(bytes, 41));
        var block = new SignalBlock(stored.From, stored.To, BinaryPrimitives.ReadInt64LittleEndian(bytes[21..]));
        var first = Unpack(block, bytes.Slice(HeadLength, light), lightLength, wanted);
        if (!distributions)
        {
            return first;
        }

        var rest = bytes[(HeadLength + light + SumLength)..];
        return HasSum(rest[..heavy], rest[heavy..])
            ? first with { Tracks = [.. first.Tracks, .. Unpack(block, rest[..heavy], heavyLength, wanted).Tracks] }
            : throw new InvalidDataException("The distributions of a block of signals are damaged.");
    }

    private static bool IsHeavy(in TrackKey key) => key.Kind == SeriesKind.Distribution;

    private static (byte[] Packed, int Length) Pack(SignalBlock block)
    {
        var columns = SignalColumns.Write(block);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(columns.Length)];
        return BrotliEncoder.TryCompress(columns, packed, out var length, Quality, Window)
            ? (packed[..length], columns.Length)
            : throw new InvalidOperationException("A block of signals could not be compressed.");
    }

    private static SignalBlock Unpack(SignalBlock block, ReadOnlySpan<byte> packed, int length, Func<TrackKey, bool>? wanted)
    {
        var columns = new byte[length];
        if (!BrotliDecoder.TryDecompress(packed, columns, out var read) || read != length)
        {
            throw new InvalidDataException("A block of signals cannot be decompressed.");
        }

        try
        {
            return SignalColumns.Read(block, columns, wanted);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException("A block of signals is damaged.", e);
        }
    }

    private static StoredBlock? One(ReadOnlyMemory<byte> from)
    {
        var head = from.Span;
        if (head.Length < HeadLength + (2 * SumLength) || !head.StartsWith(Mark) || head[4] != Version)
        {
            return null;
        }

        var (light, heavy) = (Number(head, 33), Number(head, 41));
        var whole = HeadLength + (long)light + heavy + (2 * SumLength);
        if (Number(head, 29) is < 0 or > MostBytes || Number(head, 37) is < 0 or > MostBytes || light < 0 || heavy < 0
            || whole > head.Length || !HasSum(head[..(HeadLength + light)], head[(HeadLength + light)..]))
        {
            return null;
        }

        return new StoredBlock(
            BinaryPrimitives.ReadInt64LittleEndian(head[5..]), BinaryPrimitives.ReadInt64LittleEndian(head[13..]), from[..(int)whole]);
    }

    private static int Number(ReadOnlySpan<byte> head, int at) => BinaryPrimitives.ReadInt32LittleEndian(head[at..]);

    private static bool HasSum(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> sum)
    {
        Span<byte> own = stackalloc byte[SumLength];
        Sum(bytes, own);
        return sum.StartsWith(own);
    }

    private static void Sum(ReadOnlySpan<byte> bytes, Span<byte> to)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        hash[..SumLength].CopyTo(to);
    }
}

/// <summary>A block as it is stored, its checksum proven.</summary>
/// <param name="From">Exclusive start, in Unix milliseconds.</param>
/// <param name="To">Inclusive end, in Unix milliseconds.</param>
/// <param name="Bytes">All of it.</param>
public readonly record struct StoredBlock(long From, long To, ReadOnlyMemory<byte> Bytes);
