namespace Orchestrator.Domain.Access;

/// <summary>A person by everything that means them: ids of their keys, the id that their token gives, and the name that a key declares.</summary>
/// <param name="Person">What they count as: the id of a person with a token, else the declared name, else the id of the key.</param>
/// <param name="Known">Every id and name that means them, <paramref name="Person"/> among them.</param>
public sealed record Identity(string Person, string[] Known)
{
    /// <summary>Prefix of ids of people who come with a token.</summary>
    public const string TokenPrefix = "oidc:";

    /// <summary>True when the id or name means this person.</summary>
    public bool Is(string other) => Known.Any(one => Same(one, other));

    /// <summary>True of the same id, or of the same name whatever its case: two votes of people who share a name count once, which errs on the side of asking another person.</summary>
    public static bool Same(string one, string other) => string.Equals(one, other, IsId(one) || IsId(other) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static bool IsId(string text) => text.StartsWith(TokenPrefix, StringComparison.Ordinal);
}
