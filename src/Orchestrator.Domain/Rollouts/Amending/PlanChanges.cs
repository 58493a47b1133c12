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
            case (JsonValueKind.Array, JsonValueKind.Array) when Named(before) && Named(after):
                Entries(place, before, after, changes);
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

    private static void Entries(ChangePlace place, JsonElement before, JsonElement after, ImmutableArray<PlacedChange>.Builder changes)
    {
        var old = before.EnumerateArray().Select((entry, index) => (Name(entry), index, entry)).ToArray();
        var names = new HashSet<string?>();
        foreach (var (index, entry) in after.EnumerateArray().Index())
        {
            var name = Name(entry)!;
            names.Add(name);
            var at = Array.FindIndex(old, one => one.Item1 == name);
            if (at < 0)
            {
                Add(new PlacedChange(place.Entry(name, null, index), null, entry.GetRawText()), changes);
            }
            else
            {
                Compare(place.Entry(name, at, index), old[at].entry, entry, changes);
            }
        }

        foreach (var (name, index, entry) in old.Where(one => !names.Contains(one.Item1)))
        {
            Add(new PlacedChange(place.Entry(name!, index, null), entry.GetRawText(), null), changes);
        }

        // The same entries in another order: steps and phases run in theirs.
        if (before.GetArrayLength() == after.GetArrayLength() && old.All(one => names.Contains(one.Item1))
            && !old.Select(one => one.Item1).SequenceEqual(after.EnumerateArray().Select(Name)))
        {
            Add(new PlacedChange(place, Order(before), Order(after)), changes);
        }
    }

    private static void Add(PlacedChange change, ImmutableArray<PlacedChange>.Builder changes)
    {
        if (changes.Count < Most)
        {
            changes.Add(change);
        }
    }

    private static bool Named(JsonElement list) => list.GetArrayLength() > 0 && list.EnumerateArray().All(entry => Name(entry) is not null)
        && list.EnumerateArray().Select(Name).Distinct().Count() == list.GetArrayLength();

    private static string? Name(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;

    private static string Order(JsonElement list) => $"[{string.Join(",", list.EnumerateArray().Select(Name))}]";
}
