using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Access;

/// <summary>An API key as the log stores it: its hash, never the key itself.</summary>
/// <param name="Id">Short and public; events name it as the actor.</param>
/// <param name="Name">Display name.</param>
/// <param name="Role">Role of the key.</param>
/// <param name="Environment">The environment of a key that is bound to one; null for all others.</param>
/// <param name="Hash">SHA-256 of the key's text in lower-case hex; of a chosen key <c>hmac:</c> and the hex of its <see cref="KeyPepper"/> hash.</param>
/// <param name="CreatedAt">Time of its creation, UTC.</param>
/// <param name="RevokedAt">Time of its revocation, UTC; null while it works.</param>
public sealed record Key(
    string Id, string Name, Role Role, string? Environment, string Hash, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>Most rollouts that one key names.</summary>
    public const int MostRollouts = 100;

    /// <summary>Ids of the rollouts that the key may push for; null for all of its environment, or for all.</summary>
    public string[]? Rollouts { get; init; }

    /// <summary>
    /// The person who holds it, by the id of their token (<c>oidc:</c> and the subject) or by their name: all keys of one person are one
    /// vote. Null when the key declares no person.
    /// </summary>
    public string? Person { get; init; }

    /// <summary>Id of the key or person that made it; null for a key that the product made itself or found in the environment.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Time of its first use for a change; null before, and for keys whose first use an earlier build saw.</summary>
    public DateTimeOffset? FirstUsedAt { get; init; }

    /// <summary>Time of its first read, if that was before its first change; null otherwise.</summary>
    public DateTimeOffset? FirstReadAt { get; init; }

    /// <summary>Random bytes in a key's secret.</summary>
    public const int SecretBytes = 32;

    /// <summary>Shortest text that an operator may choose as a key.</summary>
    public const int ShortestChosen = 16;

    /// <summary>Prefix of the hash of a chosen key.</summary>
    public const string PepperedPrefix = "hmac:";

    /// <summary>Longest text that is checked, in characters.</summary>
    public const int Longest = 256;

    /// <summary>The text of a key: <c>rok_{id}_{secret}</c>, so that a leaked one is recognised by scanners and by its id.</summary>
    /// <param name="id">The key's id.</param>
    /// <param name="secret"><see cref="SecretBytes"/> random bytes.</param>
    public static string Write(string id, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes);
        return $"rok_{id}_{Convert.ToHexStringLower(secret)}";
    }

    /// <summary>Reason why the key may not push for a rollout, as a sentence; null when it may.</summary>
    public string? Refusal(string rollout, string environment) =>
        Environment is { } own && own != environment ? $"The key is bound to the environment {own}, and the rollout {rollout} is in {environment}."
        : Rollouts is { } mine && !mine.Contains(rollout, StringComparer.Ordinal) ? $"The key is bound to other rollouts than {rollout}."
        : null;

    /// <summary>
    /// The hash that the log stores of a key made by <see cref="Write"/>. Its 32 random bytes cannot be guessed, so a fast hash reveals
    /// nothing.
    /// </summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
