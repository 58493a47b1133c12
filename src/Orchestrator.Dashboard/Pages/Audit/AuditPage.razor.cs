using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Pages.History;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Audit;

/// <summary>Events of everything, newest first. The filter is the address.</summary>
public sealed partial class AuditPage
{
    private const int PageSize = 50;
    private static readonly (string Value, string Word)[] Makers = [("people", "People"), ("machines", "Machines"), ("all", "All")];

    /// <summary>People, machines or all; null for people.</summary>
    [SupplyParameterFromQuery]
    public string? By { get; set; }

    /// <summary>Id, name or kind of the actor; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Actor { get; set; }

    /// <summary>A stream, or a kind of objects; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Object { get; set; }

    /// <summary>Public names of types, with commas; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Type { get; set; }

    /// <summary>Text within the sentence, the type or the stream; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Text { get; set; }

    /// <summary>Earliest moment; null for no bound.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    /// <summary>Latest moment; null for no bound.</summary>
    [SupplyParameterFromQuery]
    public string? To { get; set; }

    /// <summary>Position below which the page begins; null for the newest.</summary>
    [SupplyParameterFromQuery]
    public string? Before { get; set; }

    [Inject]
    private ApiCalls Api { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [CascadingParameter]
    private Viewer Viewer { get; set; } = null!;

    private IReadOnlyList<AuditEntry> Done { get; set; } = [];

    private long? Next { get; set; }

    private ApiProblem? Problem { get; set; }

    private string Chosen => string.IsNullOrWhiteSpace(By) ? "people" : By;

    private (string Name, string? Value)[] Filters =>
    [
        ("by", Chosen), ("actor", Actor), ("object", Object), ("type", Type), ("text", Text), ("from", Moments.Exact(From, Viewer)),
        ("to", Moments.Exact(To, Viewer)),
    ];

    private bool Filtered => Chosen != "people" || Filters.Any(one => one.Name != "by" && !string.IsNullOrWhiteSpace(one.Value))
        || !string.IsNullOrWhiteSpace(Before);

    private string Lead => Done.Count == 0 ? "No event is shown."
        : $"{Numbers.Plural(Done.Count, "event")}{(Chosen == "people" ? " by people" : Chosen == "machines" ? " by machines" : "")}, newest first.";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var answer = await Api.Get<AuditList>(
            "/api/v1/audit" + Query([.. Filters, ("order", "newest"), ("limit", PageSize.ToString(Viewer.Culture)), ("before", Before)]));
        Problem = answer.Problem;
        if (answer.Value is not { } list)
        {
            Http.Answers(answer.Status);
            return;
        }

        (Done, Next) = (list.Done, list.Next);
    }

    private static string Query(IEnumerable<(string Name, string? Value)> fields)
    {
        var given = fields.Where(field => !string.IsNullOrWhiteSpace(field.Value))
            .Select(field => $"{field.Name}={ApiCalls.Escape(field.Value!.Trim())}");
        var query = string.Join('&', given);
        return query.Length == 0 ? "" : "?" + query;
    }

    private static string Download(string format, IEnumerable<(string Name, string? Value)> filters) =>
        "/api/v1/audit" + Query([.. filters, ("format", format)]);

    private static string WithActor(string id) => "/audit" + Query([("by", "all"), ("actor", id)]);

    private static string WithObject(string stream) => "/audit" + Query([("by", "all"), ("object", stream)]);

    private string Older(long next) => "/audit" + Query([.. Filters, ("before", next.ToString(Viewer.Culture))]);
}
