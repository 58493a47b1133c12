using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// A part as it is stored: the length of its text, then, compressed, the documents of its plans and its states. Its name is the hash of
/// these bytes.
/// </summary>
internal static class PartBytes
{
    /// <summary>Compresses ten times faster than the best quality, to a third more bytes.</summary>
    private const int Quality = 4;
    private const int Window = 20;

    /// <summary>Longest text of a part, in bytes: a segment has at most a million members of 16 bytes.</summary>
    private const int MostBytes = 512 << 20;

    public static byte[] Write(WorldPart part)
    {
        var (documents, states) = PlanTable.With(
            new Dictionary<string, string>(),
            table =>
            {
                // The states first: they tell which plans there are.
                var written = JsonSerializer.SerializeToUtf8Bytes(part, StateJson.Options);
                return (JsonSerializer.SerializeToUtf8Bytes(table.Documents, StateJson.Options), written);
            });
        var length = 4 + documents.Length + states.Length;
        var text = ArrayPool<byte>.Shared.Rent(length);
        var most = BrotliEncoder.GetMaxCompressedLength(length);
        var packed = ArrayPool<byte>.Shared.Rent(4 + most);
        try
        {
            BinaryPrimitives.WriteInt32BigEndian(text, documents.Length);
            documents.CopyTo(text, 4);
            states.CopyTo(text, 4 + documents.Length);
            BinaryPrimitives.WriteInt32BigEndian(packed, length);
            return BrotliEncoder.TryCompress(text.AsSpan(0, length), packed.AsSpan(4), out var written, Quality, Window)
                ? packed[..(4 + written)]
                : throw new InvalidOperationException("A part could not be compressed.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    public static string NameOf(ReadOnlySpan<byte> stored) => Convert.ToHexStringLower(SHA256.HashData(stored));

    /// <exception cref="InvalidDataException">The bytes are not those of the name, or no part.</exception>
    public static WorldPart Read(string name, ReadOnlySpan<byte> stored)
    {
        if (NameOf(stored) != name)
        {
            throw new InvalidDataException($"the part {name} is damaged");
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(stored);
        if (length is < 4 or > MostBytes)
        {
            throw new InvalidDataException($"the part {name} has a wrong length");
        }

        var text = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (!BrotliDecoder.TryDecompress(stored[4..], text, out var written) || written != length)
            {
                throw new InvalidDataException($"the part {name} cannot be decompressed");
            }

            var states = 4 + BinaryPrimitives.ReadInt32BigEndian(text);
            var documents = JsonSerializer.Deserialize<Dictionary<string, string>>(text.AsSpan(4, states - 4), StateJson.Options)!;
            return PlanTable.With(
                documents, _ => JsonSerializer.Deserialize<WorldPart>(text.AsSpan(states, length - states), StateJson.Options)!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"the part {name} cannot be read: {e.Message}", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }
}
