using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Metrics.Samples;

/// <summary>Ids of recent samples, as 64 bits of a hash: two of a full window collide once in ten thousand million pushes.</summary>
internal sealed class SeenIds
{
    private const int Most = 20_000;


    /// <summary>At most <see cref="Most"/>, the oldest dropped first; none older than a sample that would be refused for its age.</summary>
    private readonly Dictionary<ulong, long> instants = [];
    private readonly Queue<ulong> inOrder = [];

    /// <summary>False when the id had been seen.</summary>
    public bool Add(string id, long at)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return Add(BinaryPrimitives.ReadUInt64LittleEndian(hash), at);
    }

    public bool Add(ulong id, long at)
    {
        if (!instants.TryAdd(id, at))
        {
            return false;
        }

        inOrder.Enqueue(id);
        if (inOrder.Count > Most)
        {
            instants.Remove(inOrder.Dequeue());
        }

        return true;
    }

    /// <summary>Drops ids of samples so old that they would be rejected for their age.</summary>
    public void ForgetUntil(long instant)
    {
        while (inOrder.TryPeek(out var id) && instants[id] <= instant)
        {
            instants.Remove(inOrder.Dequeue());
        }
    }

    public IEnumerable<(ulong Id, long At)> Within(long start, long end) =>
        inOrder.Select(id => (id, instants[id])).Where(seen => seen.Item2 > start && seen.Item2 <= end);
}
