using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// The compiled flags and segments of one environment. Immutable. Flags refer to their segments, and rules to their attributes, by
/// numbers that never change, so a new table takes over every unchanged part.
/// </summary>
public sealed class EnvironmentTable
{
    private readonly FlagEntry[] _flags;
    private readonly Dictionary<string, int> _index;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _find;
    private readonly NameIndex _segmentNames;
    private readonly CompiledSegment?[] _segments;
    private readonly CompiledSegment[] _capped;

    private EnvironmentTable(
        string name, FlagEntry[] flags, Dictionary<string, int> index, NameIndex segmentNames, CompiledSegment?[] segments,
        NameIndex attributes)
    {
        Name = name;
        Attributes = attributes;
        (_flags, _index, _segmentNames, _segments) = (flags, index, segmentNames, segments);
        _find = index.GetAlternateLookup<ReadOnlySpan<char>>();
        _capped = [.. segments.Where(segment => segment?.Population is not null).OfType<CompiledSegment>().Take(MostCounted)];
    }

    /// <summary>Most capped segments of an environment whose users are counted: each tests its rule for every evaluated user.</summary>
    public const int MostCounted = 20;

    /// <summary>The counts of the capped segments, by key.</summary>
    public IEnumerable<(string Segment, SegmentTally Tally)> Tallies =>
        _capped.Select(segment => (segment.Source.Key, segment.Population!));

    /// <summary>Counts an evaluated user for the capped segments. Stores nothing of the user.</summary>
    public void Count(EvaluationContext user)
    {
        if (_capped.Length == 0 || !user.HasTargetingKey)
        {
            return;
        }

        foreach (var segment in _capped)
        {
            segment.Count(user, user.KeyHash);
        }
    }

    /// <summary>Name of the environment.</summary>
    public string Name { get; }

    /// <summary>
    /// Position at which anything here last changed, or a later one up to which this node had read: at the same number of the same
    /// timeline every node gives the same answers.
    /// </summary>
    public long Since { get; private set; }

    /// <summary>The node's own revision at which anything here last changed; 0 while there was no change without an event.</summary>
    public long Revision { get; private set; }

    /// <summary>Every flag in force, by key in ordinal order.</summary>
    public ReadOnlySpan<FlagEntry> Flags => _flags;

    internal NameIndex Attributes { get; }

    /// <summary>The segments it was compiled from, by key in ordinal order.</summary>
    internal IEnumerable<SegmentModel> Segments =>
        _segments.OfType<CompiledSegment>().Select(segment => segment.Source).OrderBy(segment => segment.Key, StringComparer.Ordinal);

    /// <summary>The flag of exactly this key.</summary>
    public bool TryFind(ReadOnlySpan<char> flag, [NotNullWhen(true)] out FlagEntry? entry)
    {
        entry = _find.TryGetValue(flag, out var at) ? _flags[at] : null;
        return entry is not null;
    }

    internal CompiledSegment? Segment(int number) => (uint)number < (uint)_segments.Length ? _segments[number] : null;

    internal CompiledSegment? Segment(string key) => Segment(_segmentNames.Find(key));

    internal static EnvironmentTable Empty(string name) =>
        new(name, [], [], NameIndex.Empty, [], NameIndex.Empty);

    internal EnvironmentTable With(EnvironmentModel model)
    {
        var changed = model.Routes.Where(route => !IsSame(route)).ToHashSet(ReferenceEqualityComparer.Instance);
        var names = _segmentNames.With(
            [.. model.Segments.Select(segment => segment.Key), .. changed.Cast<RoutedFlag>().SelectMany(route => route.Named)]);
        var (segments, attributes) =
            Compile(model.Segments, names, new CompiledSegment?[names.Count], changed.Cast<RoutedFlag>().Select(route => route.StickyBy));

        var flags = new Dictionary<string, FlagEntry>(model.Flags.Length + model.Routes.Length);
        foreach (var flag in model.Flags)
        {
            flags[flag.Key] = TryFind(flag.Key, out var known) && known.StaticJson == flag.Json && known.Origin == flag.Origin
                ? known
                : new FlagEntry(flag.Key, flag.Json, flag.Origin);
        }

        foreach (var route in model.Routes)
        {
            flags[route.Flag] = changed.Contains(route)
                ? new FlagEntry(route, names, attributes, TryFind(route.Flag, out var before) ? before : null)
                : _flags[_index[route.Flag]];
        }

        var made = Build(flags, names, segments, attributes);
        return made._flags.AsSpan().SequenceEqual(_flags) && made._segments.AsSpan().SequenceEqual(_segments) ? this : made;
    }

    /// <summary>For a table that no reader has seen yet.</summary>
    internal EnvironmentTable ChangedAt(long position, long revision)
    {
        (Since, Revision) = (position, revision);
        return this;
    }

    internal EnvironmentTable With(RoutedFlag route)
    {
        if (IsSame(route))
        {
            return this;
        }

        var names = _segmentNames.With([.. route.Named]);
        var attributes = route.StickyBy is { } by ? Attributes.With([by]) : Attributes;
        if (_index.TryGetValue(route.Flag, out var at))
        {
            FlagEntry[] flags = [.. _flags];
            flags[at] = new FlagEntry(route, names, attributes, flags[at]);
            return new(Name, flags, _index, names, _segments, attributes);
        }

        var more = _flags.ToDictionary(flag => flag.Key);
        more.Add(route.Flag, new FlagEntry(route, names, attributes, null));
        return Build(more, names, _segments, attributes);
    }

    internal EnvironmentTable With(SegmentModel segment)
    {
        var names = _segmentNames.With([segment.Key]);
        var room = new CompiledSegment?[names.Count];
        _segments.CopyTo(room, 0);
        var (segments, attributes) = Compile([segment], names, room, []);
        return segments.AsSpan().SequenceEqual(_segments) ? this : new(Name, _flags, _index, names, segments, attributes);
    }

    private bool IsSame(RoutedFlag route) =>
        TryFind(route.Flag, out var known) && (ReferenceEquals(known.Route, route) || route.Equals(known.Route));

    private (CompiledSegment?[] Segments, NameIndex Attributes) Compile(
        ImmutableArray<SegmentModel> models, NameIndex names, CompiledSegment?[] into, IEnumerable<string?> sticky)
    {
        var attributes =
            Attributes.With([.. models.SelectMany(model => CompiledSegment.Attributes(model.Definition)), .. sticky.OfType<string>()]);
        foreach (var model in models)
        {
            var number = names.Find(model.Key);
            var known = Segment(number);
            var same = known is not null && ReferenceEquals(known.Source.Definition, model.Definition)
                && ReferenceEquals(known.Source.Members, model.Members);
            into[number] = same ? known : new CompiledSegment(model, attributes, known);
        }

        return (into, attributes);
    }

    private EnvironmentTable Build(Dictionary<string, FlagEntry> flags, NameIndex names, CompiledSegment?[] segments, NameIndex attributes)
    {
        // Almost every change keeps the keys; then the index is shared and only the entries are rebuilt.
        if (flags.Count == _flags.Length && flags.Keys.All(_index.ContainsKey))
        {
            var same = new FlagEntry[flags.Count];
            foreach (var (key, entry) in flags)
            {
                same[_index[key]] = entry;
            }

            return new(Name, same, _index, names, segments, attributes);
        }

        var sorted = flags.Values.ToArray();
        Array.Sort(sorted, (left, right) => string.CompareOrdinal(left.Key, right.Key));
        var index = new Dictionary<string, int>(sorted.Length);
        for (var at = 0; at < sorted.Length; at++)
        {
            index.Add(sorted[at].Key, at);
        }

        return new(Name, sorted, index, names, segments, attributes);
    }
}
