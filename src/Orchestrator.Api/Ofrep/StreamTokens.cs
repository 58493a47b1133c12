using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Grains.Access;

namespace Orchestrator.Api.Ofrep;

/// <summary>
/// Tokens of event streams: an <c>EventSource</c> of a browser sends no headers, and a key must not be in an address. A token names the
/// key it was issued for and ends with it, or within a day; it only allows to receive change notifications. Every node can check one
/// issued by another: it is signed with a secret of the installation that is in no event.
/// </summary>
internal sealed class StreamTokens(IEvaluationKeys keys, InstallationSecret secret)
{
    /// <summary>Tokens issued within one of these periods are the same, and are valid for one to two periods.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(12);

    private const int SignatureBytes = 16;
    private readonly byte[] _signs = secret.For("tokens of OFREP streams");

    /// <summary>The newest token of each key; bounded by the number of issued keys.</summary>
    private readonly ConcurrentDictionary<string, (EvaluationKey Key, long Expiry, string Token)> _given = new(StringComparer.Ordinal);

    /// <summary>Expiry of a token issued now: Unix seconds.</summary>
    public static long Expiry(DateTimeOffset now)
    {
        var window = (long)Window.TotalSeconds;
        return ((now.ToUnixTimeSeconds() / window) + 2) * window;
    }

    /// <summary><c>{key id}.{expiry}.{signature}</c>, fit for an address.</summary>
    public string Give(EvaluationKey key, long expiry)
    {
        if (_given.TryGetValue(key.Id, out var given) && given.Expiry == expiry && given.Key == key)
        {
            return given.Token;
        }

        var token = string.Create(CultureInfo.InvariantCulture, $"{key.Id}.{expiry:x}.{Signature(key, expiry)}");
        _given[key.Id] = (key, expiry, token);
        return token;
    }

    /// <summary>The key of a token and its expiry; null for an invalid or expired one, or when its key is revoked.</summary>
    public (EvaluationKey Key, long Expiry)? Read(string token, DateTimeOffset now) =>
        token.Split('.') is [var id, var until, var signature]
        && long.TryParse(until, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var expiry)
        && expiry > now.ToUnixTimeSeconds()
        && keys.Working(id) is { Environment: not null } key
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Signature(key, expiry)))
            ? (key, expiry)
            : null;

    /// <summary>Signature, also over the key's hash: a token does not outlive the text of its key.</summary>
    private string Signature(EvaluationKey key, long expiry) => Base64Url.EncodeToString(HMACSHA256.HashData(
        _signs, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key.Id} {key.Hash} {expiry}"))).AsSpan(0, SignatureBytes));
}
