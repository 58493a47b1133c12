using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Client.Metrics;

/// <summary>Signatures of pushes by Standard Webhooks (standardwebhooks.com): HMAC-SHA-256 over <c>id.timestamp.body</c>.</summary>
internal sealed class PushSignature(string secret, TimeProvider time)
{
    private const string Prefix = "whsec_";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;

    private readonly byte[] _key = Key(secret)!;

    /// <summary>True for a secret as the orchestrator prints it beside an ingest key.</summary>
    public static bool IsSecret(string secret) => Key(secret) is { Length: >= ShortestKey and <= LongestKey };

    /// <summary>
    /// Signs one attempt. Each attempt has an id of its own: the orchestrator accepts an id once, and an attempt whose answer
    /// was lost may have been accepted. The ids of the samples keep them from counting twice.
    /// </summary>
    public void Sign(HttpRequestMessage request, byte[] body)
    {
        var id = Guid.NewGuid().ToString("N");
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, signed)));
    }

    private static byte[]? Key(string secret)
    {
        var bytes = new byte[secret.Length];
        return secret.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length)
            ? bytes[..length]
            : null;
    }
}
