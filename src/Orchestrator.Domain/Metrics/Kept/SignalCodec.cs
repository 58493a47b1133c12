using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Orchestrator.Domain.Metrics.Windows;

namespace Orchestrator.Domain.Metrics.Kept;

/// <summary>
/// Blocks as bytes that may follow each other in a file: a mark, the times, the compressed columns and a checksum. A damaged block is
/// passed over; the next one is found by its mark.
/// </summary>
public static class SignalCodec
{
    private const byte Version = 1;
    private const int HeadLength = 4 + 1 + (3 * 8) + (2 * 4);
    private const int SumLength = 8;
    private const int Quality = 5;
    private const int Window = 20;

    /// <summary>Most bytes of a block's columns: 2,000 series of 256 KiB each never come together.</summary>
    private const int MostBytes = 256 << 20;

    private static ReadOnlySpan<byte> Mark => "RSIG"u8;

    /// <summary>A block as bytes.</summary>
    public static byte[] Write(SignalBlock block)
    {
        var columns = SignalColumns.Write(block);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(columns.Length)];
        if (!BrotliEncoder.TryCompress(columns, packed, out var length, Quality, Window))
        {
            throw new InvalidOperationException("A block of signals could not be compressed.");
        }

        var written = new byte[HeadLength + length + SumLength];
        Mark.CopyTo(written);
        written[4] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(5), block.From);
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(13), block.To);
        BinaryPrimitives.WriteInt64LittleEndian(written.AsSpan(21), block.Sampling);
        BinaryPrimitives.WriteInt32LittleEndian(written.AsSpan(29), columns.Length);
        BinaryPrimitives.WriteInt32LittleEndian(written.AsSpan(33), length);
        packed.AsSpan(0, length).CopyTo(written.AsSpan(HeadLength));
        Sum(written.AsSpan(0, HeadLength + length), written.AsSpan(HeadLength + length));
        return written;
    }

    /// <summary>Compressed bytes of a series by itself, by kind of series: the mean of those in a block.</summary>
    public static IReadOnlyDictionary<string, double> BytesByKind(SignalBlock block) =>
        block.Tracks.GroupBy(track => track.Key.Kind).ToDictionary(
            kind => kind.Key.ToString(),
            kind => kind.Average(track => Write(block with { Counters = [], Tracks = [track] }).Length - HeadLength - SumLength));

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
    /// <exception cref="InvalidDataException">The block is no block of this version.</exception>
    public static SignalBlock Read(StoredBlock stored) => Read(stored, null);

    /// <summary>Reads the wanted series of a block.</summary>
    internal static SignalBlock Read(StoredBlock stored, Func<TrackKey, bool>? wanted)
    {
        var head = stored.Bytes.Span[..HeadLength];
        var columns = new byte[BinaryPrimitives.ReadInt32LittleEndian(head[29..])];
        if (!BrotliDecoder.TryDecompress(stored.Bytes.Span[HeadLength..^SumLength], columns, out var length) || length != columns.Length)
        {
            throw new InvalidDataException("A block of signals cannot be decompressed.");
        }

        try
        {
            return SignalColumns.Read(
                new SignalBlock(stored.From, stored.To, BinaryPrimitives.ReadInt64LittleEndian(head[21..])), columns, wanted);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException("A block of signals is damaged.", e);
        }
    }

    private static StoredBlock? One(ReadOnlyMemory<byte> from)
    {
        var head = from.Span;
        if (head.Length < HeadLength + SumLength || !head.StartsWith(Mark) || head[4] != Version)
        {
            return null;
        }

        var (columns, length) = (BinaryPrimitives.ReadInt32LittleEndian(head[29..]), BinaryPrimitives.ReadInt32LittleEndian(head[33..]));
        if (columns is < 0 or > MostBytes || length < 0 || length > head.Length - HeadLength - SumLength)
        {
            return null;
        }

        Span<byte> sum = stackalloc byte[SumLength];
        Sum(head[..(HeadLength + length)], sum);
        return sum.SequenceEqual(head.Slice(HeadLength + length, SumLength))
            ? new StoredBlock(
                BinaryPrimitives.ReadInt64LittleEndian(head[5..]), BinaryPrimitives.ReadInt64LittleEndian(head[13..]),
                from[..(HeadLength + length + SumLength)])
            : null;
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
