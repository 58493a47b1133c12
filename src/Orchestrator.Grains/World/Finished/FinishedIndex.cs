using System.Collections;
using System.Collections.Immutable;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Grains.World.Finished;

/// <summary>Index entries of the rollouts whose states are not in memory. Immutable; in the order of ids, and of flags.</summary>
public sealed class FinishedIndex : IEnumerable<FinishedRollout>
{
    public static readonly FinishedIndex Empty = Of([]);

    private static readonly PlanFacts None = new("", "", "", "", [], [], []);

    private readonly SortedRun<FinishedRollout> _byId;
    private readonly SortedRun<FinishedRollout> _byPlace;

    /// <summary>The one instance of each plan's facts, by hash.</summary>
    private readonly ImmutableDictionary<string, PlanFacts> _plans;

    private FinishedIndex(
        SortedRun<FinishedRollout> byId, SortedRun<FinishedRollout> byPlace, ImmutableDictionary<string, PlanFacts> plans) =>
        (_byId, _byPlace, _plans) = (byId, byPlace, plans);

    public int Count => _byId.Count;

    public static FinishedIndex Of(IEnumerable<FinishedRollout> entries)
    {
        var plans = new Dictionary<string, PlanFacts>(StringComparer.Ordinal);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var all = entries.ToArray();
        var ids = all.Any(entry => entry.Successor is not null)
            ? all.ToDictionary(entry => entry.Id, entry => entry.Id, StringComparer.Ordinal)
            : [];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = all[i] with
            {
                Plan = One(plans, all[i].Plan.Hash, all[i].Plan),
                Environment = One(names, all[i].Environment, all[i].Environment),
                Successor = all[i].Successor is { } successor ? ids.GetValueOrDefault(successor, successor) : null,
            };
        }

        return new FinishedIndex(
            SortedRun<FinishedRollout>.Of(all, ById.Order), SortedRun<FinishedRollout>.Of(all, ByPlace.Order),
            plans.ToImmutableDictionary(StringComparer.Ordinal));
    }

    /// <summary>The entry of a rollout; null for one that is in memory, or does not exist.</summary>
    public FinishedRollout? Find(string id) => Count == 0 ? null : _byId.Find(Like(id));

    /// <summary>The entry of the rollout with this stream; null for none, and for a stream of another family.</summary>
    public FinishedRollout? OfStream(string stream) =>
        Count > 0 && stream.StartsWith(RolloutEvents.Prefix, StringComparison.Ordinal) ? Find(stream[RolloutEvents.Prefix.Length..]) : null;

    /// <summary>Entries with an id above this one, ascending.</summary>
    public IEnumerable<FinishedRollout> After(string id) => _byId.After(id.Length == 0 ? null : Like(id));

    /// <summary>Entries of an environment's flag; the first one would decide it.</summary>
    public IEnumerable<FinishedRollout> At(FlagPlace place) =>
        _byPlace.After(Like("", place)).TakeWhile(entry => entry.Place == place);

    /// <summary>Entries of an environment, by flag.</summary>
    public IEnumerable<FinishedRollout> In(string environment) => _byPlace.After(Like("", new FlagPlace(environment, "")))
        .TakeWhile(entry => string.Equals(entry.Environment, environment, StringComparison.Ordinal));

    public FinishedIndex With(FinishedRollout entry)
    {
        var known = _plans.GetValueOrDefault(entry.Plan.Hash);
        entry = known is null ? entry : entry with { Plan = known };
        return new FinishedIndex(
            _byId.With(entry), _byPlace.With(entry), known is null ? _plans.Add(entry.Plan.Hash, entry.Plan) : _plans);
    }

    public FinishedIndex Without(FinishedRollout entry) => new(_byId.Without(entry), _byPlace.Without(entry), _plans);

    public IEnumerator<FinishedRollout> GetEnumerator() => _byId.After(null).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static T One<T>(Dictionary<string, T> known, string key, T value)
        where T : class
    {
        if (!known.TryGetValue(key, out var one))
        {
            known[key] = one = value;
        }

        return one;
    }

    private static FinishedRollout Like(string id, FlagPlace place = default) => new()
    {
        Id = id,
        Environment = place.Environment ?? "",
        PhaseIndex = int.MaxValue,
        SinceTicks = DateTimeOffset.MaxValue.UtcTicks,
        Plan = place.Flag is { Length: > 0 } flag ? None with { Flag = flag } : None,
    };

    private sealed class ById : IComparer<FinishedRollout>
    {
        public static readonly ById Order = new();

        public int Compare(FinishedRollout? x, FinishedRollout? y) => string.CompareOrdinal(x!.Id, y!.Id);
    }

    private sealed class ByPlace : IComparer<FinishedRollout>
    {
        public static readonly ByPlace Order = new();

        public int Compare(FinishedRollout? x, FinishedRollout? y) =>
            string.CompareOrdinal(x!.Environment, y!.Environment) is not 0 and var environment ? environment
            : string.CompareOrdinal(x.Plan.Flag, y.Plan.Flag) is not 0 and var flag ? flag
            : FlagRank.Compare(x, y);
    }
}
