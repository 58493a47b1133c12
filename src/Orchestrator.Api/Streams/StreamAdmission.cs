using Orchestrator.Api.Requests;

namespace Orchestrator.Api.Streams;

/// <summary>
/// Streams that this node carries at once. A stream costs memory and a file for as long as it is open, so the next one is sent elsewhere, or later. One key, and
/// all browsers together, get half at most: a key that everybody can read must not take the streams that services need.
/// </summary>
/// <param name="most">Streams at once.</param>
internal sealed class StreamAdmission(int most)
{
    private const int ShortestWait = 1;
    private const int LongestWait = 10;

    /// <summary>Streams of each key; no longer than the number of issued keys, since a key without a stream is not kept.</summary>
    private readonly Dictionary<string, int> _ofKey = new(StringComparer.Ordinal);
    private readonly int[] _ofKind = new int[Enum.GetValues<StreamClient>().Length];
    private readonly Lock _counts = new();

    /// <summary>Streams that are open.</summary>
    public int Open
    {
        get
        {
            lock (_counts)
            {
                return _ofKind.Sum();
            }
        }
    }

    /// <summary>Whole seconds for the <c>Retry-After</c> of a 503, not the same for all who are refused together.</summary>
    public static int SecondsToWait() => Random.Shared.Next(ShortestWait, LongestWait + 1);

    /// <summary>Takes a place; disposing it gives it back. Null when there is none, with the reason.</summary>
    public IDisposable? TryEnter(string key, StreamClient client, out string refused)
    {
        lock (_counts)
        {
            var ofKey = _ofKey.GetValueOrDefault(key);
            refused = _ofKind.Sum() >= most ? $"This node carries {most} event streams, as many as it may."
                : _ofKind[(int)client] >= MostOf(client) ? $"This node carries {MostOf(client)} event streams of {Named(client)}, as many as it may."
                : ofKey >= MostOfKey(client) ? $"The key has {MostOfKey(client)} event streams on this node, as many as one key may."
                : "";
            if (refused.Length > 0)
            {
                return null;
            }

            _ofKind[(int)client]++;
            _ofKey[key] = ofKey + 1;
        }

        Telemetry.Streams.Add(1);
        return new Place(this, key, client);
    }

    private int MostOf(StreamClient client) => client switch
    {
        StreamClient.Server => most,
        StreamClient.Browser => Part(2),
        _ => Part(4),
    };

    private int MostOfKey(StreamClient client) => client == StreamClient.Reader ? Part(16) : Part(2);

    private int Part(int of) => Math.Max(2, most / of);

    private static string Named(StreamClient client) => client switch
    {
        StreamClient.Server => "services",
        StreamClient.Browser => "browsers",
        _ => "readers of events",
    };

    private void Leave(string key, StreamClient client)
    {
        lock (_counts)
        {
            _ofKind[(int)client]--;
            if (--_ofKey[key] is 0)
            {
                _ofKey.Remove(key);
            }
        }

        Telemetry.Streams.Add(-1);
    }

    private sealed class Place(StreamAdmission admission, string key, StreamClient client) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                admission.Leave(key, client);
            }
        }
    }
}
