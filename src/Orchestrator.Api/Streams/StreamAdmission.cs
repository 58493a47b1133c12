using Orchestrator.Api.Diagnostics;

namespace Orchestrator.Api.Streams;

/// <summary>
/// Limits of the streams of this node. A stream costs memory and a file for as long as it is open, so beyond the limit it is refused with a
/// 503. One key, and all browsers together, get half at most: a public key must not take the streams that services need.
/// </summary>
/// <param name="most">Most streams.</param>
internal sealed class StreamAdmission(int most)
{
    private const int ShortestWait = 1;
    private const int LongestWait = 10;

    /// <summary>Streams of each key; bounded by the number of issued keys, since a key without a stream is not kept.</summary>
    private readonly Dictionary<string, int> _ofKey = new(StringComparer.Ordinal);
    private readonly int[] _ofKind = new int[Enum.GetValues<StreamClient>().Length];
    private readonly Lock _counts = new();

    /// <summary>Open streams.</summary>
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

    /// <summary>Whole seconds for the <c>Retry-After</c> of a 503, spread over clients that are refused together.</summary>
    public static int SecondsToWait() => Random.Shared.Next(ShortestWait, LongestWait + 1);

    /// <summary>Reserves a place; disposing it releases it. Null when there is none, with the reason.</summary>
    public IDisposable? TryEnter(string key, StreamClient client, out string refused)
    {
        lock (_counts)
        {
            var ofKey = _ofKey.GetValueOrDefault(key);
            refused = _ofKind.Sum() >= most ? $"This node has {most} event streams, its limit."
                : _ofKind[(int)client] >= MostOf(client) ? $"This node has {MostOf(client)} event streams of {Named(client)}, its limit."
                : ofKey >= MostOfKey(client) ? $"The API key has {MostOfKey(client)} event streams on this node, the limit of one key."
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
