using System.Text;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.Routing;

/// <summary>One compiled flag of an environment.</summary>
public sealed class FlagEntry
{
    private FlagText? _text;

    internal FlagEntry(string key, string json, string? origin = null)
    {
        Key = key;
        StaticJson = json;
        Origin = origin;
        StaticValue = Encoding.UTF8.GetBytes(json);
        TakenBack = Included = [];
        Shares = [];
    }

    internal FlagEntry(RoutedFlag route, NameIndex segments, NameIndex attributes, FlagEntry? before)
    {
        Key = route.Flag;
        Route = route;
        StaticValue = [];
        Salted = new Bucket(route.Salt);
        Returning = new Bucket(route.Salt + ":return");
        StickySlot = route.StickyBy is { } by ? attributes.Find(by) : -1;
        TakenBack = Numbers(route.TakenBack, segments);
        Included = Numbers(route.Included, segments);
        Shares = route.Shares.IsEmpty ? [] : [.. route.Shares.Select(share => (segments.Find(share.Segment), share.Percentage))];
        Served = before?.Served ?? new ServedTally();
        People = before?.People is { } people && people.Rollout == route.Rollout ? people : new PeopleTally(route.Rollout);
        Apart = new SegmentTags(route, segments, People);
    }

    /// <summary>The flag's key.</summary>
    public string Key { get; }

    /// <summary>The route of its rollout; null for a static flag.</summary>
    public RoutedFlag? Route { get; }

    /// <summary>The raw JSON value of a static flag; null for a routed one.</summary>
    public string? StaticJson { get; }

    /// <summary>
    /// An answer of this flag as a JSON object of OFREP, UTF-8; it ends with the metadata, so that <c>}}</c> can make room for more.
    /// Written at the first evaluation, not for each change of a flag that no client evaluates.
    /// </summary>
    public ReadOnlySpan<byte> Json(in RouteAnswer answer) => (_text ??= new FlagText(this)).Of(answer);

    /// <summary>Answers of this process for a routed flag, through all its routes; null for a static one.</summary>
    public ServedTally? Served { get; }

    /// <summary>Different users of the rollout that decides the flag, through all its routes; null for a static one.</summary>
    public PeopleTally? People { get; }

    /// <summary>The segments that samples name; null for a static flag.</summary>
    internal SegmentTags? Apart { get; }

    /// <summary>Origin of a static value, for display; null for the environment's own. No answer depends on it.</summary>
    internal string? Origin { get; }

    internal byte[] StaticValue { get; }

    internal Bucket Salted { get; }

    /// <summary>The order in which users return from legacy after a stale time: it differs from that of the percentage.</summary>
    internal Bucket Returning { get; }

    /// <summary>Number of the attribute whose value decides the bucket; -1 for the targeting key.</summary>
    internal int StickySlot { get; } = -1;

    /// <summary>Numbers of segments in the environment.</summary>
    internal int[] TakenBack { get; }

    /// <summary>Numbers of segments in the environment.</summary>
    internal int[] Included { get; }

    /// <summary>Numbers of segments in the environment, and the share of each that is on new.</summary>
    internal (int Segment, Share Percentage)[] Shares { get; }

    /// <summary>The user's bucket under a salt of this flag; -1 when the context lacks the key or attribute for it.</summary>
    internal int Place(in Bucket salted, EvaluationContext user)
    {
        if (StickySlot < 0)
        {
            return user.HasTargetingKey ? salted.Of(user.TargetingKey) : -1;
        }

        Span<byte> scratch = stackalloc byte[20];
        return user.TryGroup(StickySlot, scratch, out var group) ? salted.Of(group) : -1;
    }

    private static int[] Numbers(IReadOnlyCollection<string> keys, NameIndex segments) =>
        keys.Count == 0 ? [] : [.. keys.Select(segments.Find)];
}
