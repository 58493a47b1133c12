using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Access;

/// <summary>
/// Hash of a key that an operator chose. Such a key may be guessable, and its hash is in an event. So the hash takes a secret of the
/// installation that no event contains: without it a guess cannot be tested.
/// </summary>
/// <param name="secret">The secret; at least 32 random bytes.</param>
public sealed class KeyPepper(byte[] secret)
{
    /// <summary>The hash that the log stores of a chosen key: <c>hmac:</c> and HMAC-SHA-256 in lower-case hex.</summary>
    public string HashOf(string key) =>
        Key.PepperedPrefix + Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(key)));

    /// <summary>The same hash as bytes, without allocating.</summary>
    /// <param name="utf8">Text of the key.</param>
    /// <param name="hash">32 bytes.</param>
    internal void Hash(ReadOnlySpan<byte> utf8, Span<byte> hash) => HMACSHA256.HashData(secret, utf8, hash);
}
