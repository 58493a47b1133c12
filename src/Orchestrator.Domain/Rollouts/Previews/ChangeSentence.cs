using System.Text.Json;
using Orchestrator.Domain.Rollouts.Amending;

namespace Orchestrator.Domain.Rollouts.Previews;

/// <summary>A changed value in words.</summary>
/// <param name="Path">Path of the value; in the old plan when the new one no longer has it.</param>
/// <param name="Text">One sentence: <c>Step s10: hold 1h → 30m.</c></param>
/// <param name="Strictness">Strictness of the change.</param>
public sealed record ChangeSentence(string Path, string Text, ChangeStrictness Strictness)
{
    internal static ChangeSentence Of(PlacedChange change, ChangeStrictness strictness) =>
        new(change.Place.Path, Sentence(change), strictness);

    private static string Sentence(PlacedChange change)
    {
        var (owner, key) = (change.Place.Owner, Words(change.Place.Key));
        var subject = owner.Length == 0 ? "Plan" : char.ToUpperInvariant(owner[0]) + owner[1..];
        return (change.Before, change.After) switch
        {
            (null, { } now) when key.Length == 0 => $"{subject} is new: {Value(now)}.",
            ({ } was, null) when key.Length == 0 => $"{subject} is gone; it was {Value(was)}.",
            (null, { } now) => $"{subject}: {key} is new: {Value(now)}.",
            ({ } was, null) => $"{subject}: {key} is gone; it was {Value(was)}.",
            ({ } was, { } now) when Texts(was) is { } before && Texts(now) is { } after => $"{subject}: {(key.Length == 0 ? "the order" : key)} {List(before, after)}.",
            var (was, now) => $"{subject}: {(key.Length == 0 ? "" : key + " ")}{Value(was!)} → {Value(now!)}.",
        };
    }

    private static string Words(string key) => key.Replace('.', ' ');

    private static string Value(string json) => PlanChanges.Cut(Unquoted(json))!;

    /// <summary>A text without its quotes, everything else as JSON.</summary>
    private static string Unquoted(string json)
    {
        if (json is not ['"', ..])
        {
            return json;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetString()!;
    }

    private static string List(string[] before, string[] after)
    {
        var (more, less) = (after.Except(before).ToArray(), before.Except(after).ToArray());
        return (more, less) switch
        {
            ({ Length: 0 }, { Length: 0 }) => $"in another order: {Value(string.Join(", ", after))}",
            (_, { Length: 0 }) => $"with {Value(string.Join(", ", more))} too",
            ({ Length: 0 }, _) => $"without {Value(string.Join(", ", less))}",
            _ => $"with {Value(string.Join(", ", more))} in place of {Value(string.Join(", ", less))}",
        };
    }

    /// <summary>The texts of a list of texts; null for anything else.</summary>
    private static string[]? Texts(string json)
    {
        if (json is not ['[', ..])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
                ? [.. document.RootElement.EnumerateArray().Select(one => one.GetString()!)]
                : null;
        }
        catch (JsonException)
        {
            // The order of named entries: their names without quotes.
            return json[1..^1].Split(',');
        }
    }
}
