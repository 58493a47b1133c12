using System.Collections.Immutable;
using System.Text.Json;

namespace Orchestrator.Domain.Rollouts.Amending;

/// <summary>Every value in which two plan documents differ. Entries of lists are matched by their name where they have one.</summary>
public static class PlanChanges
{
    /// <summary>Most characters of a value in the list.</summary>
    public const int MostShown = 400;

    /// <summary>Most differences in the list; a plan that differs in more is another plan.</summary>
    public const int Most = 500;

    /// <summary>The differences, in the order of the paths.</summary>
    public static ImmutableArray<PlanChange> Of(string before, string after) =>
        [.. Placed(before, after).Select(one => new PlanChange(one.Place.Path, Cut(one.Before), Cut(one.After)))];

    /// <summary>The same, with the owner of each value and with whole values.</summary>
    internal static ImmutableArray<PlacedChange> Placed(string before, string after)
    {
        using var old = JsonDocument.Parse(before);
        using var revised = JsonDocument.Parse(after);
        var changes = ImmutableArray.CreateBuilder<PlacedChange>();
        Compare(ChangePlace.Root, old.RootElement, revised.RootElement, changes);
        return changes.ToImmutable();
    }

    internal static string? Cut(string? text) => text is { Length: > MostShown } ? text[..MostShown] + "…" : text;

    private static void Compare(ChangePlace place, JsonElement before, JsonElement after, ImmutableArray<PlacedChange>.Builder changes)
    {
        if (changes.Count >= Most || JsonElement.DeepEquals(before, after))
        {
            return;
        }

        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                Members(place, before, after, changes);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when Names(place, before) is { } was && Names(place, after) is { } now:
                Entries(place, [.. was.Zip(before.EnumerateArray())], [.. now.Zip(after.EnumerateArray())], changes);
                break;
            default:
                changes.Add(new PlacedChange(place, before.GetRawText(), after.GetRawText()));
                break;
        }
    }

    private static void Members(ChangePlace place, JsonElement before, JsonElement after, ImmutableArray<PlacedChange>.Builder changes)
    {
        foreach (var member in before.EnumerateObject())
        {
            if (after.TryGetProperty(member.Name, out var now))
            {
                Compare(place.Member(member.Name), member.Value, now, changes);
            }
            else
            {
                Add(new PlacedChange(place.Member(member.Name), member.Value.GetRawText(), null), changes);
            }
        }

        foreach (var member in after.EnumerateObject().Where(member => !before.TryGetProperty(member.Name, out _)))
        {
            Add(new PlacedChange(place.Member(member.Name), null, member.Value.GetRawText()), changes);
        }
    }

    private static void Entries(
        ChangePlace place, (string Name, JsonElement Entry)[] before, (string Name, JsonElement Entry)[] after,
        ImmutableArray<PlacedChange>.Builder changes)
    {
        foreach (var (index, (name, entry)) in after.Index())
        {
            var at = Array.FindIndex(before, one => one.Name == name);
            if (at < 0)
            {
                Add(new PlacedChange(place.Entry(name, null, index), null, entry.GetRawText()), changes);
            }
            else
            {
                Compare(place.Entry(name, at, index), before[at].Entry, entry, changes);
            }
        }

        var (was, now) = (before.Select(one => one.Name).ToArray(), after.Select(one => one.Name).ToArray());
        foreach (var (index, (name, entry)) in before.Index().Where(one => !now.Contains(one.Item.Name)))
        {
            Add(new PlacedChange(place.Entry(name, index, null), entry.GetRawText(), null), changes);
        }

        // The same entries in another order: steps and phases run in theirs.
        if (was.Length == now.Length && was.All(now.Contains) && !was.SequenceEqual(now))
        {
            Add(new PlacedChange(place, Order(was), Order(now)), changes);
        }
    }

    private static void Add(PlacedChange change, ImmutableArray<PlacedChange>.Builder changes)
    {
        if (changes.Count < Most)
        {
            changes.Add(change);
        }
    }

    /// <summary>Name of each entry; null where one has none, or two have the same.</summary>
    private static string[]? Names(ChangePlace place, JsonElement list)
    {
        var count = list.GetArrayLength();
        string[] names = [.. list.EnumerateArray().Select((entry, index) => Name(entry, place, index, count)).OfType<string>()];
        return count > 0 && names.Length == count && names.Distinct().Count() == count ? names : null;
    }

    private static string? Name(JsonElement entry, ChangePlace place, int index, int count) =>
        entry.ValueKind != JsonValueKind.Object ? null
        : entry.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()
        : place.Unnamed(index, count);

    private static string Order(string[] names) => $"[{string.Join(",", names)}]";
}
