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
            Actor = QueryFilters.Words(query, "actor", errors),
            Text = QueryFilters.Words(query, "text", errors),
            From = QueryFilters.Moment(query, "from", errors),
            To = QueryFilters.Moment(query, "to", errors),
            Moved = QueryFilters.Flag(query, "moved", errors),
            Before = QueryFilters.Number(query, "before", 1, long.MaxValue, errors),
            After = QueryFilters.Number(query, "after", 0, long.MaxValue, errors) ?? 0,
            Limit = (int)(QueryFilters.Number(query, "limit", 1, Most, errors) ?? Usual),
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
}
