using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Api.Audit;

/// <summary>Filter and page of the audit, from the query string.</summary>
internal sealed record AuditFilter
{
    /// <summary>Prefixes of streams with a name, by the kind of object in front of the slash.</summary>
    private static readonly string[] Prefixes =
        [RolloutEvents.Prefix, PlanEvents.Prefix, SegmentEvents.Prefix, EnvironmentEvents.Prefix];

    private static readonly string[] Makers = ["people", "machines", "all"];
    private static readonly string[] Orders = ["oldest", "newest"];

    /// <summary>Values that leave events of a stream out, for the head of an export.</summary>
    private static readonly string[] Leaving = ["key", "by", "actor", "type", "from", "to", "text"];

    /// <summary>Id of a key or person; null for all.</summary>
    public string? Key { get; init; }

    /// <summary>People, machines or all; null for people in a page without an actor, and for all otherwise.</summary>
    public string? By { get; init; }

    /// <summary>Id, name or kind of the actor; null for all.</summary>
    public string? Actor { get; init; }

    /// <summary>Types of events.</summary>
    public required EventTypes Types { get; init; }

    /// <summary>The one stream; null for more than one.</summary>
    public string? Stream { get; init; }

    /// <summary>Start of the names of the streams; null for all, and for one.</summary>
    public string? Prefix { get; init; }

    /// <summary>Earliest moment; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest moment; null for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Text within the sentence, the type or the stream; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>True for the newest first.</summary>
    public bool Newest { get; init; }

    /// <summary>Positions below this one; null for no bound.</summary>
    public long? Before { get; init; }

    /// <summary>Positions above this one.</summary>
    public long After { get; init; }

    /// <summary>Most events of a page.</summary>
    public int Limit { get; init; }

    /// <summary>Media type of a file; null for a page.</summary>
    public string? File { get; init; }

    /// <summary>Filters that leave events of a stream out, as a query string; null for none.</summary>
    public string? Left { get; init; }

    /// <summary>True when the kind of actor decides: a page without other filters of actors has people alone, as ever.</summary>
    private bool? People => By switch
    {
        "people" => true,
        "machines" => false,
        "all" => null,
        _ => File is null && Actor is null ? true : null,
    };

    /// <summary>Reads it; all errors at once.</summary>
    public static ApiResult.Problem? Read(HttpRequest request, out AuditFilter filter)
    {
        var query = request.Query;
        var errors = ImmutableArray.CreateBuilder<InputError>();
        if (EventTypes.Read(query, out var types) is { } unknown)
        {
            errors.AddRange(unknown.Errors);
        }

        var (stream, prefix) = Object(query, errors);
        var order = OneOf(query, "order", Orders, errors);
        filter = new AuditFilter
        {
            Key = QueryFilters.Words(query, "key", errors),
            By = OneOf(query, "by", Makers, errors),
            Actor = QueryFilters.Words(query, "actor", errors),
            Types = types,
            Stream = stream,
            Prefix = prefix,
            From = QueryFilters.Moment(query, "from", errors),
            To = QueryFilters.Moment(query, "to", errors),
            Text = QueryFilters.Words(query, "text", errors),
            Newest = order == "newest",
            Before = QueryFilters.Number(query, "before", 1, long.MaxValue, errors),
            After = QueryFilters.Number(query, "after", 0, long.MaxValue, errors) ?? 0,
            Limit = (int)(QueryFilters.Number(query, "limit", 1, Paging.Most, errors) ?? 100),
            File = Media(request, errors),
            Left = Leaves(query),
        };
        if (filter is { File: not null, Newest: true })
        {
            errors.Add(new InputError("order", "must be oldest for a file, but is 'newest'"));
        }

        return errors.Count == 0 ? null : ApiResult.Invalid(errors.ToImmutable());
    }

    /// <summary>True when everything but the text fits.</summary>
    /// <param name="e">The event.</param>
    /// <param name="access">Names of keys and people.</param>
    public bool Include(RecordedEvent e, AccessState access) =>
        (People is not { } people || people == (e.Actor.Kind == ActorKind.User))
        && (Key is null || (e.Actor.Kind == ActorKind.User && e.Actor.Id == Key))
        && Types.Include(e.Type)
        && (Stream is null || e.Stream == Stream)
        && (Prefix is null || e.Stream.StartsWith(Prefix, StringComparison.Ordinal))
        && !(e.At < From) && !(e.At > To)
        && (Actor is null || Same(Actor, e.Actor.Id) || Same(Actor, e.Actor.Kind.ToString())
            || (e.Actor.Kind == ActorKind.User && Same(Actor, access.NameOf(e.Actor.Id, e.At))));

    /// <summary>True when the text is within the sentence, the type or the stream.</summary>
    public bool Include(RecordedEvent e, string sentence) =>
        Text is null || sentence.Contains(Text, StringComparison.OrdinalIgnoreCase)
        || e.Stream.Contains(Text, StringComparison.OrdinalIgnoreCase)
        || EventView.Name(e.Type).Contains(Text, StringComparison.OrdinalIgnoreCase);

    private static string? Leaves(IQueryCollection query)
    {
        var left = Leaving.Select(name => (Name: name, Value: query[name].ToString()))
            .Where(one => one.Value.Length > 0 && one is not ("by", "all")).Select(one => $"{one.Name}={one.Value}").ToArray();
        return left.Length == 0 ? null : Field.Short(string.Join('&', left));
    }

    private static bool Same(string asked, string? found) => string.Equals(asked, found, StringComparison.OrdinalIgnoreCase);

    /// <summary>A stream (<c>rollout/checkout</c>, <c>access</c>), or a kind of objects (<c>rollout</c>).</summary>
    private static (string? Stream, string? Prefix) Object(IQueryCollection query, ImmutableArray<InputError>.Builder errors)
    {
        if (QueryFilters.Words(query, "object", errors) is not { } asked)
        {
            return default;
        }

        if (asked == AccessEvents.Stream()
            || Prefixes.Any(one => asked.Length > one.Length && asked.StartsWith(one, StringComparison.Ordinal)))
        {
            return (asked, null);
        }

        if (Prefixes.FirstOrDefault(one => one.TrimEnd('/') == asked.TrimEnd('/')) is { } prefix)
        {
            return (null, prefix);
        }

        errors.Add(new InputError(
            "object", $"must be rollout, plan, segment, environment or access, or one of them with its name such as rollout/checkout, but is '{Field.Short(asked)}'"));
        return default;
    }

    private static string? OneOf(IQueryCollection query, string name, string[] words, ImmutableArray<InputError>.Builder errors)
    {
        var word = query[name].ToString();
        if (word.Length > 0 && !words.Contains(word, StringComparer.Ordinal))
        {
            errors.Add(new InputError(name, $"must be {string.Join(", ", words[..^1])} or {words[^1]}, but is '{Field.Short(word)}'"));
        }

        return word.Length == 0 ? null : word;
    }

    /// <summary>The media type of a file, by <c>?format=</c> or by the header Accept; null for a page.</summary>
    private static string? Media(HttpRequest request, ImmutableArray<InputError>.Builder errors)
    {
        var accept = request.Headers.Accept.ToString();
        return OneOf(request.Query, "format", ["json", "ndjson", "csv"], errors) switch
        {
            "ndjson" => AuditFile.Lines,
            "csv" => AuditFile.Csv,
            null when accept.Contains(AuditFile.Lines, StringComparison.OrdinalIgnoreCase) => AuditFile.Lines,
            null when accept.Contains(AuditFile.Csv, StringComparison.OrdinalIgnoreCase) => AuditFile.Csv,
            _ => null,
        };
    }
}
