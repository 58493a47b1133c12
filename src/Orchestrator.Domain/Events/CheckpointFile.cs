using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Domain.Events;

/// <summary>
/// A checkpoint as a signed JSON document:
/// <c>{ timeline, position, at, previous, streams: { name: { version, hash } }, signature: { algorithm, key, value } }</c>.
/// </summary>
/// <param name="Checkpoint">The signed content.</param>
/// <param name="Signature">Signature over the content.</param>
public sealed record CheckpointFile(Checkpoint Checkpoint, CheckpointSignature Signature)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>True when the key signed exactly this content.</summary>
    public bool SignedBy(ECDsa key)
    {
        try
        {
            return key.VerifyData(Checkpoint.Canonical(), Convert.FromBase64String(Signature.Value), HashAlgorithmName.SHA256);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The checkpoint signed with a key.</summary>
    public static CheckpointFile Sign(Checkpoint checkpoint, ECDsa key) => new(checkpoint, new CheckpointSignature(
        "ES256", KeyId(key), Convert.ToBase64String(key.SignData(checkpoint.Canonical(), HashAlgorithmName.SHA256))));

    /// <summary>The document.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(
        new Document(Checkpoint.Timeline, Checkpoint.Position, Checkpoint.At, Checkpoint.Previous, Checkpoint.Streams, Signature), Json);

    /// <summary>Reads a document, or the body of a webhook with one in its <c>data</c>. Throws <see cref="InvalidDataException"/> when it is none.</summary>
    public static CheckpointFile Read(ReadOnlySpan<byte> document)
    {
        try
        {
            var body = JsonSerializer.Deserialize<Delivered>(document, Json)?.Data ?? JsonSerializer.Deserialize<Document>(document, Json);
            return body is { Streams: { } streams, Signature: { Value: not null } signature } read
                && streams.Values.All(tail => tail is { Version: > 0 } && IsHash(tail.Hash))
                && (read.Previous is null || IsHash(read.Previous))
                ? new CheckpointFile(
                    new Checkpoint(read.Timeline, read.Position, read.At, streams.WithComparers(StringComparer.Ordinal))
                    {
                        Previous = read.Previous,
                    },
                    signature)
                : throw new InvalidDataException("The checkpoint lacks its streams or its signature.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The checkpoint is not a JSON document of that shape: {e.Message}", e);
        }
    }

    /// <summary>Short name of a key: the start of the SHA-256 of its public part, in hex.</summary>
    public static string KeyId(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    private static bool IsHash(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);

    private sealed record Delivered(Document? Data);

    private sealed record Document(
        long Timeline, long Position, DateTimeOffset At, string? Previous, ImmutableSortedDictionary<string, Tail> Streams,
        CheckpointSignature Signature);
}

/// <summary>Signature of a checkpoint.</summary>
/// <param name="Algorithm">ES256: ECDSA over P-256 with SHA-256.</param>
/// <param name="Key">Short name of the key.</param>
/// <param name="Value">Base64.</param>
public sealed record CheckpointSignature(string Algorithm, string Key, string Value);
