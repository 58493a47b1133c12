using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.History;

/// <summary>State of the page of a history. All of it is in the address, so a link shows the same to another person.</summary>
public sealed record HistoryQuery
{
    /// <summary>Kinds that a reader at night needs; the others are counted.</summary>
    public static readonly IReadOnlyList<string> UsualKinds = ["moves", "people", "incident"];

    /// <summary>All kinds with their words.</summary>
    public static readonly IReadOnlyList<(string Name, string Word)> Kinds =
        [("moves", "Moves"), ("verdicts", "Verdicts"), ("people", "People"), ("incident", "Incident"), ("system", "System")];

    /// <summary>Id of the rollout.</summary>
    public required string Rollout { get; init; }

    /// <summary>Version of the shown moment; null for none.</summary>
    public string? Version { get; init; }

    /// <summary>The shown moment; null for none. Exact with an offset, or local as a field writes it.</summary>
    public string? At { get; init; }

    /// <summary>Chosen kinds; empty for the usual ones; <c>all</c> for all.</summary>
    public IReadOnlyList<string> Kind { get; init; } = [];

    /// <summary>Id, name or kind of the actor.</summary>
    public string? Actor { get; init; }

    /// <summary>Text in a sentence.</summary>
    public string? Text { get; init; }

    /// <summary>Earliest moment.</summary>
    public string? From { get; init; }

    /// <summary>Latest moment.</summary>
    public string? To { get; init; }

    /// <summary>True for events alone that changed who gets what.</summary>
    public bool Moved { get; init; }

    /// <summary>Versions below it.</summary>
    public string? Before { get; init; }

    /// <summary>Versions above it.</summary>
    public string? After { get; init; }

    /// <summary>True to verify the chain.</summary>
    public bool Verify { get; init; }

    /// <summary>Kinds in force.</summary>
    public IReadOnlyList<string> Shown =>
        Kind.Contains("all") ? [.. Kinds.Select(kind => kind.Name)] : Kind.Count == 0 ? UsualKinds : Kind;

    /// <summary>True when a filter was chosen.</summary>
    public bool Filtered => Kind.Count > 0 || Actor is not null || Text is not null || From is not null || To is not null || Moved
        || Before is not null || After is not null;

    /// <summary>Address of the page.</summary>
    public string Page => $"{Links.Rollout(Rollout)}/history{Query(
        [("version", Version), ("at", At), .. Kind.Select(kind => ("kind", (string?)kind)), .. Filters, ("verify", Verify ? "true" : null)])}";

    /// <summary>Address of the page with another moment.</summary>
    public string Moment(long version) => (this with { Version = Digits(version), At = null, Verify = false }).Page;

    /// <summary>Address of the page without a moment.</summary>
    public string Now => (this with { Version = null, At = null, Verify = false }).Page;

    /// <summary>Address of the page without a filter.</summary>
    public string Unfiltered => new HistoryQuery { Rollout = Rollout, Version = Version, At = At }.Page;

    /// <summary>Address of the API with the filters.</summary>
    public string Api => Path(format: null, filtered: true);

    /// <summary>Address of a download.</summary>
    /// <param name="format">ndjson, csv or markdown.</param>
    /// <param name="filtered">True for the filtered events, of all pages; false for all events.</param>
    public string Download(string format, bool filtered) => Path(format, filtered);

    /// <summary>Fields of the address but for the named ones, for a form that changes those.</summary>
    public IEnumerable<(string Name, string Value)> Rest(params string[] without) => ((IEnumerable<(string Name, string? Value)>)
        [("version", Version), ("at", At), .. Kind.Select(kind => ("kind", (string?)kind)), .. Filters])
        .Where(field => field.Value is not null && !without.Contains(field.Name)).Select(field => (field.Name, field.Value!));

    /// <summary>The same with exact moments where fields wrote local ones; null when all are exact already or one cannot be read.</summary>
    public HistoryQuery? Exact(Viewer viewer)
    {
        var (at, from, to) = (Moments.Exact(At, viewer), Moments.Exact(From, viewer), Moments.Exact(To, viewer));
        return (at, from, to) == (At, From, To) ? null : this with { At = at, From = from, To = to };
    }

    private IEnumerable<(string Name, string? Value)> Filters =>
    [
        ("actor", Actor), ("text", Text), ("from", From), ("to", To), ("moved", Moved ? "true" : null), ("before", Before), ("after", After),
    ];

    private string Path(string? format, bool filtered)
    {
        var kinds = Shown.Count == Kinds.Count ? null : string.Join(',', Shown);
        IEnumerable<(string, string?)> filters = filtered ? [("kind", kinds), .. Filters] : [];
        return $"/api/v1/rollouts/{ApiCalls.Escape(Rollout)}/history{Query([.. filters, ("format", format)])}";
    }

    private static string Query(IEnumerable<(string Name, string? Value)> fields)
    {
        var query = string.Join('&', fields.Where(field => field.Value is not null).Select(field => $"{field.Name}={ApiCalls.Escape(field.Value!)}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    private static string Digits(long number) => number.ToString(Viewer.Culture);
}
