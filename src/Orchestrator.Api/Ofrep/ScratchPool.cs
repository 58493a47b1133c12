using System.Collections.Concurrent;

namespace Orchestrator.Api.Ofrep;

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
