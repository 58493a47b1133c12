using System.Collections.Frozen;
using System.Text.Json;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>
/// A mapping of plan documents with the keys that the rules of amendments know. A key that a later build adds to plans is in none of them:
/// it then counts as looser when it differs, and as the past in a step that was entered, until a rule for it is added here.
/// </summary>
internal sealed class KeyLevel
{
    private static readonly KeyLevel Trigger = new(
        "name", "title", "when", "for", "over", "action", "level", "segments", "roles", "onNoData", "maxGap", "clear", "coolDown", "perSegment", "releaseOnClear", "test", "alpha", "designEffect");

    private static readonly KeyLevel Criterion = new("name", "title", "when", "over", "minSamples", "onNoData", "test", "alpha", "designEffect");

    private static readonly KeyLevel Review = new("every", "roles", "quorum", "expires");

    private static readonly KeyLevel Judgement = new("sampling", "window", "minTraffic", "coverage", "confidence", "margin", "closerWatch", "alertRepeat");

    /// <summary>A step.</summary>
    public static readonly KeyLevel Step = new("name", "title", "percentage", "segments", "audience", "hold") { Inside = { ["success"] = Criterion, ["triggers"] = Trigger, ["review"] = Review } };

    /// <summary>A phase.</summary>
    public static readonly KeyLevel Phase = new("name", "title", "scope", "risk", "duration", "shadow", "flags", "objectives", "onStale", "onUnwatched", "legacyUnusedFor")
    {
        Inside = { ["steps"] = Step, ["success"] = Criterion, ["triggers"] = Trigger, ["review"] = Review },
    };

    /// <summary>The plan.</summary>
    public static readonly KeyLevel Plan = new(
        "plan", "title", "description", "flag", "segments", "metrics", "alerts", "teams", "risks", "environments", "dashboards", "calendar", "channels", "healthChecks", "consistencyChecks",
        "onStale", "onUnwatched", "sources", "legacy", "stickiness", "stickyBy", "signals", "bake")
    {
        Inside = { ["phases"] = Phase, ["triggers"] = Trigger, ["approvals"] = Review, ["judgement"] = Judgement },
    };

    private static readonly JsonElement Nothing = JsonElement.Parse("{}");
    private readonly FrozenSet<string> _known;

    private KeyLevel(params string[] known) => _known = [.. known];

    private Dictionary<string, KeyLevel> Inside { get; } = [];

    /// <summary>Paths of unknown keys that differ, and of known ones whose form is not; without those of mappings inside.</summary>
    public IEnumerable<string> OwnDifferences(string path, JsonElement? before, JsonElement? after)
    {
        var (was, now) = (Mapping(before), Mapping(after));
        return from key in was.EnumerateObject().Concat(now.EnumerateObject()).Select(member => member.Name).Distinct()
               let old = Member(was, key)
               let revised = Member(now, key)
               where !Inside.ContainsKey(key) && (!_known.Contains(key) || (key == "roles" && (IsMapping(old) || IsMapping(revised))))
                   && !Same(old, revised)
               select path.Length == 0 ? key : $"{path}.{key}";
    }

    /// <summary>The same, with those of all mappings inside.</summary>
    public IEnumerable<string> Differences(string path, JsonElement? before, JsonElement? after)
    {
        foreach (var difference in OwnDifferences(path, before, after))
        {
            yield return difference;
        }

        foreach (var (key, level) in Inside)
        {
            var start = path.Length == 0 ? key : $"{path}.{key}";
            foreach (var (place, was, now) in Pairs(start, Member(Mapping(before), key), Member(Mapping(after), key)))
            {
                foreach (var difference in level.Differences(place, was, now))
                {
                    yield return difference;
                }
            }
        }
    }

    /// <summary>Entries of lists by their name, or by their index where they have none; a mapping by itself.</summary>
    private static IEnumerable<(string Path, JsonElement? Before, JsonElement? After)> Pairs(
        string path, JsonElement? before, JsonElement? after)
    {
        if (before?.ValueKind != JsonValueKind.Array && after?.ValueKind != JsonValueKind.Array)
        {
            return [(path, before, after)];
        }

        var (was, now) = (Entries(before), Entries(after));
        return
        [
            .. now.Select((entry, index) => ($"{path}[{index}]",
                was.Where(one => one.Key == entry.Key).Select(one => (JsonElement?)one.Entry).FirstOrDefault(), (JsonElement?)entry.Entry)),
            .. was.Index().Where(one => !now.Any(entry => entry.Key == one.Item.Key))
                .Select(one => ($"{path}[{one.Index}]", (JsonElement?)one.Item.Entry, (JsonElement?)null)),
        ];
    }

    private static (string Key, JsonElement Entry)[] Entries(JsonElement? list) => list is not { ValueKind: JsonValueKind.Array } known ? []
        : [.. known.EnumerateArray().Select(
            (entry, index) => (Member(Mapping(entry), "name") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : $"#{index}", entry))];

    private static JsonElement Mapping(JsonElement? value) => value is { ValueKind: JsonValueKind.Object } mapping ? mapping : Nothing;

    private static JsonElement? Member(JsonElement mapping, string key) => mapping.TryGetProperty(key, out var value) ? value : null;

    private static bool IsMapping(JsonElement? value) => value is { ValueKind: JsonValueKind.Object };

    private static bool Same(JsonElement? one, JsonElement? other) =>
        (one, other) is (null, null) || (one is { } left && other is { } right && JsonElement.DeepEquals(left, right));
}
