namespace Orchestrator.Domain.Access;

/// <summary>
/// A person with every id and name that refers to them: ids of their keys, the id of their token, and the name that a key declares.
/// </summary>
/// <param name="Person">The id under which they are counted: that of a person with a token, else the declared name, else the id of the
/// key.</param>
/// <param name="Known">Every id and name that refers to them, <paramref name="Person"/> among them.</param>
public sealed record Identity(string Person, string[] Known)
{
    /// <summary>Prefix of ids of people who sign in with a token.</summary>
    public const string TokenPrefix = "oidc:";

    /// <summary>True when the id or name refers to this person.</summary>
    public bool Is(string other) => Known.Any(one => Same(one, other));

    /// <summary>
    /// True for the same id, and for the same name in any case. Two people who share a name count as one vote, which errs on the side of
    /// requiring another person.
    /// </summary>
    public static bool Same(string one, string other) =>
        string.Equals(one, other, IsId(one) || IsId(other) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static bool IsId(string text) => text.StartsWith(TokenPrefix, StringComparison.Ordinal);
}
