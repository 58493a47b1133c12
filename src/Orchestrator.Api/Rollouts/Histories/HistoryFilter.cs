using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Rollouts.Histories;

/// <summary>Filter of a history, from the query string.</summary>
internal sealed record HistoryFilter
{
    /// <summary>Entries of one answer when none was requested.</summary>
    private const int Usual = 100;

    private const int Most = 500;

    /// <summary>Longest text that is searched, and longest actor: more than an id or a name has.</summary>
    private const int Longest = 200;

    private static readonly string[] KindNames = [.. Enum.GetNames<EntryKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>Kinds; empty for all.</summary>
    public ImmutableHashSet<EntryKind> Kinds { get; init; } = [];

    /// <summary>Id or name of the actor, or its kind; null for all.</summary>
    public string? Actor { get; init; }

    /// <summary>Text within the sentence or the type; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>Earliest moment; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest moment; null for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>True for entries that changed who gets what alone.</summary>
    public bool Moved { get; init; }

    /// <summary>Versions below this one; null for no bound.</summary>
    public long? Before { get; init; }

    /// <summary>Versions above this one.</summary>
    public long After { get; init; }

    /// <summary>Most entries of the answer.</summary>
    public int Limit { get; init; } = Usual;

    /// <summary>Reads it; all errors at once.</summary>
    public static ApiResult.Problem? Read(IQueryCollection query, out HistoryFilter filter)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        filter = new HistoryFilter
        {
            Kinds = ReadKinds(query, errors),
            Actor = Words(query, "actor", errors),
            Text = Words(query, "text", errors),
            From = Moment(query, "from", errors),
            To = Moment(query, "to", errors),
            Moved = Flag(query, "moved", errors),
            Before = Number(query, "before", 1, long.MaxValue, errors),
            After = Number(query, "after", 0, long.MaxValue, errors) ?? 0,
            Limit = (int)(Number(query, "limit", 1, Most, errors) ?? Usual),
        };
        return errors.Count == 0 ? null : ApiResult.Invalid(errors.ToImmutable());
    }

    /// <summary>True when the entry is of a requested kind.</summary>
    public bool IncludesKind(ChronicleEntry entry) => Kinds.IsEmpty || Kinds.Contains(entry.Kind);

    /// <summary>True when everything but the kind fits.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">Name of its actor; null when that has none.</param>
    public bool IncludesRest(ChronicleEntry entry, string? name)
    {
        var recorded = entry.Recorded;
        return recorded.Version > After && !(recorded.Version >= Before) && !(recorded.At < From) && !(recorded.At > To)
            && (!Moved || entry.Moves)
            && (Actor is null || Same(Actor, recorded.Actor.Id) || Same(Actor, name) || Same(Actor, recorded.Actor.Kind.ToString()))
            && (Text is null || entry.Text.Contains(Text, StringComparison.OrdinalIgnoreCase)
                || Events.EventView.Name(recorded.Type).Contains(Text, StringComparison.OrdinalIgnoreCase));
    }

    private static bool Same(string asked, string? found) => string.Equals(asked, found, StringComparison.OrdinalIgnoreCase);

    private static ImmutableHashSet<EntryKind> ReadKinds(IQueryCollection query, ImmutableArray<InputError>.Builder errors)
    {
        var kinds = ImmutableHashSet.CreateBuilder<EntryKind>();
        foreach (var name in query["kind"].SelectMany(one => (one ?? "").Split(',')).Where(one => one.Length > 0)
            .Distinct(StringComparer.Ordinal))
        {
            var index = Array.IndexOf(KindNames, name);
            if (index >= 0)
            {
                kinds.Add((EntryKind)index);
            }
            else if (errors.Count == 0)
            {
                errors.Add(new InputError("kind", $"must be of {string.Join(", ", KindNames)}, but is '{Field.Short(name)}'"));
            }
        }

        return kinds.ToImmutable();
    }

    private static string? Words(IQueryCollection query, string name, ImmutableArray<InputError>.Builder errors)
    {
        var words = query[name].ToString();
        if (words.Length > Longest)
        {
            errors.Add(new InputError(name, $"may have at most {Longest} characters, but has {words.Length}"));
            return null;
        }

        return string.IsNullOrWhiteSpace(words) ? null : words.Trim();
    }

    private static DateTimeOffset? Moment(IQueryCollection query, string name, ImmutableArray<InputError>.Builder errors)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (Instants.TryParse(text, out var moment))
        {
            return moment;
        }

        errors.Add(new InputError(name, $"must be an RFC 3339 time such as 2026-03-02T14:03:00Z, but is '{Field.Short(text)}'"));
        return null;
    }

    private static bool Flag(IQueryCollection query, string name, ImmutableArray<InputError>.Builder errors)
    {
        var text = query[name].ToString();
        if (text is not ("" or "true" or "false"))
        {
            errors.Add(new InputError(name, $"must be true or false, but is '{Field.Short(text)}'"));
        }

        return text == "true";
    }

    private static long? Number(IQueryCollection query, string name, long least, long most, ImmutableArray<InputError>.Builder errors)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        var range = most == long.MaxValue ? $"from {least}" : $"from {least} to {most}";
        errors.Add(new InputError(name, $"must be a whole number {range}, but is '{Field.Short(text)}'"));
        return null;
    }
}
