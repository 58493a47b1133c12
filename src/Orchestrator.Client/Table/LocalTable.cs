using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>Routing table of the environment in this process. Immutable.</summary>
internal sealed record LocalTable
{
    private const int Seen = 128;

    /// <summary>Of 25 characters each; servers accept URLs of 8 KB.</summary>
    private const int MostTags = 200;

    private readonly SeenFlag?[] _seen = new SeenFlag?[Seen];

    private LocalTable(EnvironmentModel model, EnvironmentTable environment, IEnumerable<string> unwatched)
    {
        (Model, Environment) = (model, environment);
        Flags = environment.Flags.ToArray().ToFrozenDictionary(flag => flag.Key, StringComparer.Ordinal);
        Unwatched = unwatched.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Source of the compiled table; the next table reuses its unchanged parts.</summary>
    public EnvironmentModel Model { get; }

    public EnvironmentTable Environment { get; }

    public FrozenDictionary<string, FlagEntry> Flags { get; }

    /// <summary>
    /// The flag of a key. Most callers pass the same literal each time; its reference finds it without a hash of the text.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FlagEntry? Find(string flag)
    {
        var seen = _seen[RuntimeHelpers.GetHashCode(flag) & (Seen - 1)];
        return seen is not null && ReferenceEquals(seen.Key, flag) ? seen.Entry : Look(flag);
    }

    /// <summary>Rollouts that nobody watches, as the node reported.</summary>
    public FrozenSet<string> Unwatched { get; }

    public required long Timeline { get; init; }

    public required long Position { get; init; }

    /// <summary>The node's entity tag of this table.</summary>
    public required string Tag { get; init; }

    /// <summary>
    /// Tags of the sets of members in this table, which need not be sent again: the largest sets, as many as a URL holds.
    /// </summary>
    public IEnumerable<string> Members => Model.Segments.Select(segment => segment.Members)
        .Where(members => members.Count > 0).OrderByDescending(members => members.Count).Take(MostTags).Select(members => members.Tag);

    /// <summary>Reads a document. Throws <see cref="FormatException"/>.</summary>
    /// <param name="document">The document, as the server wrote it.</param>
    /// <param name="timeline">Timeline of the document.</param>
    /// <param name="position">Position of the document.</param>
    /// <param name="tag">Entity tag of the document.</param>
    /// <param name="before">The table before it; null for none.</param>
    public static LocalTable Read(ReadOnlyMemory<byte> document, long timeline, long position, string tag, LocalTable? before = null)
    {
        var (model, unwatched) = TableDocument.Read(document, before?.Model);
        var known = before?.Environment.Name == model.Name ? before.Environment : EnvironmentTable.Empty(model.Name);
        return new LocalTable(model, known.With(model), unwatched) { Timeline = timeline, Position = position, Tag = tag };
    }

    private FlagEntry? Look(string flag)
    {
        if (flag is null || !Flags.TryGetValue(flag, out var entry))
        {
            return null;
        }

        // First come, first kept: a caller that builds a new string for each call must not make garbage here as well.
        ref var place = ref _seen[RuntimeHelpers.GetHashCode(flag) & (Seen - 1)];
        place ??= new SeenFlag(flag, entry);
        return entry;
    }

    private sealed record SeenFlag(string Key, FlagEntry Entry);

    /// <summary>The whole document with members. Unwatched rollouts are left out: they are another matter at the next start.</summary>
    public TableText Write() => TableDocument.Write(Environment, Environment.Name, static _ => false);
}
