using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Notifications;

namespace Orchestrator.Api.Pushes;

/// <summary>
/// Signatures of pushes, by Standard Webhooks: <c>webhook-id</c>, <c>webhook-timestamp</c>, <c>webhook-signature</c>. The secret of each
/// key follows from the secret of the installation; it is in no event, and is sent with no push.
/// </summary>
/// <param name="installation">The secret of the installation.</param>
/// <param name="time">Real time, as senders have it.</param>
internal sealed class PushSignatures(InstallationSecret installation, TimeProvider time)
{
    /// <summary>Difference between the clocks of a sender and of this node, either way.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Most ids remembered for one key: 33 pushes a second over both sides of the window. One more is refused until the oldest expires.
    /// </summary>
    public const int MostIds = 20_000;

    private const int LongestId = 200;

    /// <summary>Ids by key; bounded by the number of issued keys that ever signed, each of at most <see cref="MostIds"/>.</summary>
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Signing secret of a key, as <c>whsec_</c> and base64.</summary>
    public static string Secret(InstallationSecret installation, string key) => "whsec_" + Convert.ToBase64String(Bytes(installation, key));

    /// <summary>True when the push has a signature, valid or not.</summary>
    public static bool IsSigned(HttpRequest request) => request.Headers.ContainsKey("webhook-signature");

    /// <summary>
    /// Checks a signature and reserves its id. Null when it is valid, with a function that releases the id: a push that was not accepted
    /// may be sent again.
    /// </summary>
    public string? Enter(HttpRequest request, string key, ReadOnlySpan<byte> body, out Action leave)
    {
        leave = static () => { };
        var headers = request.Headers;
        var id = headers["webhook-id"].ToString();
        if (id.Length is 0 or > LongestId || id.Contains('.', StringComparison.Ordinal)
            || !long.TryParse(headers["webhook-timestamp"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp))
        {
            return $"A signed push needs a webhook-id of 1 to {LongestId} characters without dots and a webhook-timestamp in whole Unix seconds.";
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var window = (long)Window.TotalSeconds;
        if (timestamp > now + window || timestamp < now - window)
        {
            return $"The webhook-timestamp {timestamp} is more than {window} s from {now}, the time of this node.";
        }

        var right = Encoding.ASCII.GetBytes(Signature.Of([Bytes(installation, key)], id, timestamp, body));
        if (!headers["webhook-signature"].ToString().Split(' ').Any(given => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), right)))
        {
            return "No webhook-signature matches the key's secret over webhook-id, webhook-timestamp and the body (before compression).";
        }

        lock (_lock)
        {
            if (!_seen.TryGetValue(key, out var seen))
            {
                _seen[key] = seen = new Seen();
            }

            if (seen.Enter(id, timestamp, now - window) is { } refused)
            {
                return refused;
            }

            leave = () =>
            {
                lock (_lock)
                {
                    seen.Leave(id);
                }
            };
            return null;
        }
    }

    private static byte[] Bytes(InstallationSecret installation, string key) => installation.For($"signatures of pushes by {key}");

    /// <summary>Ids of one key, for as long as their time is in the window.</summary>
    private sealed class Seen
    {
        private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);
        private readonly PriorityQueue<string, long> _inOrder = new();

        public string? Enter(string id, long timestamp, long oldest)
        {
            while (_inOrder.TryPeek(out var first, out var at) && at < oldest)
            {
                _inOrder.Dequeue();
                if (_ids.TryGetValue(first, out var known) && known == at)
                {
                    _ids.Remove(first);
                }
            }

            if (_ids.ContainsKey(id))
            {
                return $"The push {id} was already accepted (replay).";
            }

            // The queue, not the ids: a released id stays in it until its time ends.
            if (_inOrder.Count >= MostIds)
            {
                return $"The key signed {MostIds} pushes within {Window.TotalSeconds} s, the limit of replay detection. Send fewer, larger ones.";
            }

            _ids[id] = timestamp;
            _inOrder.Enqueue(id, timestamp);
            return null;
        }

        public void Leave(string id) => _ids.Remove(id);
    }
}
