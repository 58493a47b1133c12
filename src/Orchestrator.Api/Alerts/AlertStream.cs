using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Api.Alerts;

/// <summary>Reads a message from the wire piece by piece: of any message, memory holds only one token and the alerts of the plan.</summary>
internal sealed class AlertStream(PipeReader body, AlertMessageReader reader, long limit)
{
    /// <summary>Most bytes of one text in a message.</summary>
    public const int LongestToken = 1024 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 64 });
    private long _taken;

    /// <summary>True when the rest was too large to be read.</summary>
    public bool Cut { get; private set; }

    /// <summary>Hash of the body, to compare two bodies.</summary>
    public byte[] Digest() => _hash.GetCurrentHash();

    /// <summary>Reads to the end or to the limit.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public async Task Read(CancellationToken stop)
    {
        while (true)
        {
            var piece = await body.ReadAsync(stop);
            SequencePosition rest;
            try
            {
                rest = Tokens(piece.Buffer, piece.IsCompleted);
            }
            catch (JsonException)
            {
                // The server skips the rest of the body, and can only do so when no read is open.
                body.AdvanceTo(piece.Buffer.End);
                throw;
            }

            var held = piece.Buffer.Slice(rest).Length;
            var came = _taken + held;
            Cut = !piece.IsCompleted && (came > limit || held > LongestToken);
            body.AdvanceTo(rest, piece.Buffer.End);
            if (piece.IsCompleted || Cut)
            {
                return;
            }
        }
    }

    private SequencePosition Tokens(ReadOnlySequence<byte> buffer, bool last)
    {
        var tokens = new Utf8JsonReader(buffer, last, _state);
        while (tokens.Read())
        {
            reader.Take(ref tokens);
        }

        _state = tokens.CurrentState;
        _taken += tokens.BytesConsumed;
        foreach (var segment in buffer.Slice(0, tokens.BytesConsumed))
        {
            _hash.AppendData(segment.Span);
        }

        return tokens.Position;
    }
}
