namespace Orchestrator.Domain.Access;

/// <summary>Origin of a key. Its maker could be its first holder, so the key alone is no second person.</summary>
/// <param name="Makers">The key or person that made it, then the maker of that, and so on.</param>
/// <param name="FirstUsedAt">Time of its first use for a change; null while that is not known.</param>
public sealed record KeyOrigin(string[] Makers, DateTimeOffset? FirstUsedAt)
{
    /// <summary>Time of its first read, if that was before its first change; null otherwise.</summary>
    public DateTimeOffset? FirstReadAt { get; init; }

    /// <summary>The person who holds it as the key or the token declares it; null when only the id is known.</summary>
    public Identity? Own { get; init; }

    /// <summary>The persons behind <see cref="Makers"/>, in their order; empty when only their ids are known.</summary>
    public Identity[] MadeBy { get; init; } = [];

    /// <summary>
    /// The person that the holder counts as in a review opened at that time: the maker, unless the key was in use before. It still is a key
    /// of the person that it declares.
    /// </summary>
    /// <param name="origin">Origin of the key; null when nothing is known.</param>
    /// <param name="id">Id of the key or person.</param>
    /// <param name="openedAt">Time at which the review was opened.</param>
    /// <param name="reading">True where a read counts as use: in a review that no person requested.</param>
    public static Identity Holder(KeyOrigin? origin, string id, DateTimeOffset openedAt, bool reading = false)
    {
        var own = origin?.Own ?? new Identity(id, [id]);
        if (origin is null || origin.Makers.Length == 0 || origin.FirstUsedAt < openedAt || (reading && origin.FirstReadAt < openedAt))
        {
            return own;
        }

        var maker = origin.Maker(0);
        return new Identity(maker.Person, [.. maker.Known, .. own.Known]);
    }

    /// <summary>True when that person made the key, directly or through other keys.</summary>
    public bool IsMadeBy(Identity person) => Makers.Where((_, i) => Maker(i).Known.Any(person.Is)).Any();

    private Identity Maker(int i) => i < MadeBy.Length ? MadeBy[i] : new Identity(Makers[i], [Makers[i]]);
}
