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
    public static ImmutableArray<PlanChange> Of(string before, string after)
    {
        using var old = JsonDocument.Parse(before);
        using var revised = JsonDocument.Parse(after);
        var changes = ImmutableArray.CreateBuilder<PlanChange>();
        Compare("", old.RootElement, revised.RootElement, changes);
        return changes.ToImmutable();
    }

    private static void Compare(string path, JsonElement before, JsonElement after, ImmutableArray<PlanChange>.Builder changes)
    {
        if (changes.Count >= Most || JsonElement.DeepEquals(before, after))
        {
            return;
        }

        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                Members(path, before, after, changes);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when Named(before) && Named(after):
                Entries(path, before, after, changes);
                break;
            default:
                changes.Add(new PlanChange(path, Shown(before), Shown(after)));
                break;
        }
    }

    private static void Members(string path, JsonElement before, JsonElement after, ImmutableArray<PlanChange>.Builder changes)
    {
        var start = path.Length == 0 ? "" : path + ".";
        foreach (var member in before.EnumerateObject())
        {
            if (after.TryGetProperty(member.Name, out var now))
            {
                Compare(start + member.Name, member.Value, now, changes);
            }
            else
            {
                Add(new PlanChange(start + member.Name, Shown(member.Value), null), changes);
            }
        }

        foreach (var member in after.EnumerateObject().Where(member => !before.TryGetProperty(member.Name, out _)))
        {
            Add(new PlanChange(start + member.Name, null, Shown(member.Value)), changes);
        }
    }

    private static void Entries(string path, JsonElement before, JsonElement after, ImmutableArray<PlanChange>.Builder changes)
    {
        var old = before.EnumerateArray().Select((entry, index) => (Name(entry), index, entry)).ToArray();
        var names = new HashSet<string?>();
        foreach (var (index, entry) in after.EnumerateArray().Index())
        {
            names.Add(Name(entry));
            var at = Array.FindIndex(old, one => one.Item1 == Name(entry));
            if (at < 0)
            {
                Add(new PlanChange($"{path}[{index}]", null, Shown(entry)), changes);
            }
            else
            {
                Compare($"{path}[{index}]", old[at].entry, entry, changes);
            }
        }

        foreach (var (_, index, entry) in old.Where(one => !names.Contains(one.Item1)))
        {
            Add(new PlanChange($"{path}[{index}]", Shown(entry), null), changes);
        }

        // The same entries in another order: steps and phases run in theirs.
        if (before.GetArrayLength() == after.GetArrayLength() && old.All(one => names.Contains(one.Item1))
            && !old.Select(one => one.Item1).SequenceEqual(after.EnumerateArray().Select(Name)))
        {
            Add(new PlanChange(path, Order(before), Order(after)), changes);
        }
    }

    private static void Add(PlanChange change, ImmutableArray<PlanChange>.Builder changes)
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

    private static string Order(JsonElement list) => Cut($"[{string.Join(",", list.EnumerateArray().Select(Name))}]");

    private static string Shown(JsonElement value) => Cut(value.GetRawText());

    private static string Cut(string text) => text.Length > MostShown ? text[..MostShown] + "…" : text;
}
