using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Grains.Notifications;

/// <summary>Signatures by Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public static class Signature
{
    private const string Prefix = "whsec_";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;

    /// <summary>The header: one signature for each key; a receiver needs any one of them.</summary>
    public static string Of(IEnumerable<byte[]> keys, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed))));
    }

    public static bool IsKey(string secret)
    {
        try
        {
            return Key(secret) is { Length: >= ShortestKey } key
                && (key.Length <= LongestKey || !secret.StartsWith(Prefix, StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The bytes of a secret: base64 after <c>whsec_</c>, else the text itself.</summary>
    public static byte[] Key(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal)
            ? Convert.FromBase64String(secret[Prefix.Length..])
            : Encoding.UTF8.GetBytes(secret);
}
