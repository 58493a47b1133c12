using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Faults.Network;

/// <summary>Waits for a transaction that contains a text, to identify its node, or to cut exactly the answer to its COMMIT.</summary>
internal sealed class CommitWatch
{
    private volatile Wanted? _wanted;

    /// <summary>Completes when a client sends the text, for example the name of an event type.</summary>
    public Task Mentioned(string text) => (_wanted = new Wanted(Encoding.UTF8.GetBytes(text), Cut: false)).Done.Task;

    /// <summary>The next transaction with the text is committed, and its client never gets the answer. Completes after that.</summary>
    public Task CutCommitOf(string text) => (_wanted = new Wanted(Encoding.UTF8.GetBytes(text), Cut: true)).Done.Task;

    public void Forget() => _wanted = null;

    public Wanted? Current => _wanted;

    public sealed record Wanted(byte[] Text, bool Cut)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The messages of one connection, in PostgreSQL's protocol: a type, a length, a body.</summary>
internal sealed class Conversation(CommitWatch watch)
{
    private const int Head = 5;
    private static readonly byte[] Committed = "COMMIT\0"u8.ToArray();

    private readonly byte[] _head = new byte[Head];
    private readonly byte[] _tag = new byte[Committed.Length];
    private readonly List<byte> _tail = [];
    private CommitWatch.Wanted? _mentioned;
    private int _headLength;
    private int _left;
    private int _tagLength;

    /// <summary>True for an encrypted connection, which cannot be read.</summary>
    public bool Opaque { get; set; }

    /// <summary>Reads the bytes of the client; all of them pass.</summary>
    public int Said(ReadOnlySpan<byte> piece)
    {
        if (watch.Current is { } wanted && wanted != Volatile.Read(ref _mentioned))
        {
            // A text may span two pieces.
            byte[] joined = [.. _tail, .. piece];
            if (joined.AsSpan().IndexOf(wanted.Text) >= 0)
            {
                Volatile.Write(ref _mentioned, wanted);
                if (!wanted.Cut)
                {
                    wanted.Done.TrySetResult();
                }
            }

            _tail.Clear();
            _tail.AddRange(joined.AsSpan(Math.Max(0, joined.Length - wanted.Text.Length)));
        }

        return piece.Length;
    }

    /// <summary>Reads the bytes of the server, and stops before the answer to a COMMIT that must be lost.</summary>
    public int Heard(ReadOnlySpan<byte> piece)
    {
        if (Opaque)
        {
            return piece.Length;
        }

        var begin = 0;
        for (var at = 0; at < piece.Length;)
        {
            if (_headLength < Head)
            {
                begin = _headLength == 0 ? at : begin;
                _head[_headLength++] = piece[at++];
                if (_headLength == Head)
                {
                    (_left, _tagLength) = (BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(1)) - 4, 0);
                }
            }
            else
            {
                var taken = Math.Min(_left, piece.Length - at);
                Collect(piece.Slice(at, taken));
                (at, _left) = (at + taken, _left - taken);
            }

            if (_headLength == Head && _left == 0)
            {
                if (Lost())
                {
                    return begin;
                }

                _headLength = 0;
            }
        }

        return piece.Length;
    }

    private void Collect(ReadOnlySpan<byte> body)
    {
        var wanted = body[..Math.Min(body.Length, _tag.Length - _tagLength)];
        wanted.CopyTo(_tag.AsSpan(_tagLength));
        _tagLength += wanted.Length;
    }

    private bool Lost()
    {
        if (_head[0] != 'C' || !_tag.AsSpan(0, _tagLength).SequenceEqual(Committed)
            || Volatile.Read(ref _mentioned) is not { Cut: true } wanted || watch.Current != wanted)
        {
            return false;
        }

        watch.Forget();
        wanted.Done.TrySetResult();
        return true;
    }
}
