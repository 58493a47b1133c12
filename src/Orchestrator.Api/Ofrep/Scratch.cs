using System.Collections.Concurrent;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>The buffers of one request, and its answer.</summary>
internal sealed class Scratch
{
    public Output Body { get; } = new();

    public Output Output { get; } = new();

    public EvaluationContext User { get; } = new();

    /// <summary>Status of the answer in <see cref="Output"/>.</summary>
    public int Status { get; set; }

    /// <summary>Entity tag of the answer; null for none.</summary>
    public string? Tag { get; set; }

    /// <summary>False for buffers grown by an oversized request: they are not pooled, or they would hold that memory for ever.</summary>
    public bool IsSmall => Body.Capacity <= 2 * RequestBody.Limit && Output.Capacity <= 4 * RequestBody.Limit;
}

/// <summary>Pool of buffers: one in a field, the others in a queue.</summary>
internal sealed class ScratchPool
{
    private const int Most = 256;
    private readonly ConcurrentQueue<Scratch> _waiting = new();
    private Scratch? _atHand;
    private int _count;

    public Scratch Rent()
    {
        if (Interlocked.Exchange(ref _atHand, null) is { } scratch)
        {
            return scratch;
        }

        if (!_waiting.TryDequeue(out scratch))
        {
            return new Scratch();
        }

        Interlocked.Decrement(ref _count);
        return scratch;
    }

    public void Return(Scratch scratch)
    {
        if (!scratch.IsSmall || Interlocked.CompareExchange(ref _atHand, scratch, null) is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _count) <= Most)
        {
            _waiting.Enqueue(scratch);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
