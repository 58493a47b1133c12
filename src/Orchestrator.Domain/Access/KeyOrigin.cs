namespace Orchestrator.Domain.Access;

/// <summary>Origin of a key. Its maker could be its first holder, so it does not stand for a second person by itself.</summary>
/// <param name="Makers">The key or person that made it, then the maker of that, and so on.</param>
/// <param name="FirstUsedAt">When it was first used; null while that is not known.</param>
public sealed record KeyOrigin(string[] Makers, DateTimeOffset? FirstUsedAt)
{
    /// <summary>Id of the person that the holder counts as in a question opened at that time: the maker's, unless the key was in use before.</summary>
    /// <param name="id">Id of the key.</param>
    /// <param name="openedAt">When people were asked.</param>
    public string CountsAs(string id, DateTimeOffset openedAt) => FirstUsedAt < openedAt || Makers.Length == 0 ? id : Makers[0];
}
