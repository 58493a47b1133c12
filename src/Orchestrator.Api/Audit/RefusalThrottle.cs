using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Api.Audit;

/// <summary>
/// Slows the answers to an address that was refused often. Only a refusal waits: a key is looked up first, so a valid one is never slowed,
/// from whatever address it comes, including a shared proxy's.
/// </summary>
/// <param name="time">Monotonic clock.</param>
/// <param name="free">Refusals in a minute that are answered without a delay.</param>
internal sealed class RefusalThrottle(TimeProvider time, int free = RefusalThrottle.Free)
{
    /// <summary>Refusals in a minute that are answered without a delay.</summary>
    public const int Free = 60;

    /// <summary>Most addresses remembered; the one with the oldest refusal is dropped for a new one.</summary>
    public const int MostAddresses = 10_000;

    /// <summary>Most answers that wait at one time; one more is not slowed, since waiting holds a connection.</summary>
    public const int MostWaiting = 256;

    /// <summary>Wait of a slowed answer.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IPAddress, LinkedListNode<Count>> _counts = [];
    private readonly LinkedList<Count> _byAge = new();
    private readonly Lock _gate = new();
    private int _waiting;

    /// <summary>Addresses that are remembered now.</summary>
    public int Addresses
    {
        get
        {
            lock (_gate)
            {
                return _counts.Count;
            }
        }
    }

    /// <summary>Records a refusal; true when its answer must wait.</summary>
    public bool IsSlow(IPAddress? address)
    {
        var of = Network(address ?? IPAddress.None);
        lock (_gate)
        {
            if (!_counts.TryGetValue(of, out var node))
            {
                if (_counts.Count == MostAddresses)
                {
                    _counts.Remove(_byAge.First!.Value.Of);
                    _byAge.RemoveFirst();
                }

                _counts[of] = node = new LinkedListNode<Count>(new Count(of, time.GetTimestamp()));
            }
            else
            {
                _byAge.Remove(node);
            }

            if (time.GetElapsedTime(node.Value.Since) >= Span)
            {
                node.Value = new Count(of, time.GetTimestamp());
            }

            _byAge.AddLast(node);
            return ++node.Value.Refused > free;
        }
    }

    /// <summary>Waits, unless too many do or the client disconnects.</summary>
    public async Task Rest(CancellationToken gone)
    {
        if (Interlocked.Increment(ref _waiting) <= MostWaiting)
        {
            await Task.Delay(Wait, time, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>Address of a client, cut to its /64 for IPv6, since a client owns a whole one.</summary>
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Count(IPAddress of, long since)
    {
        public IPAddress Of => of;

        public long Since => since;

        public int Refused { get; set; }
    }
}
