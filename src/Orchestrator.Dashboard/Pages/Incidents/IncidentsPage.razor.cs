using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Incidents;

/// <summary>All incidents: the open ones, worst first, and those that are over, newest first.</summary>
public sealed partial class IncidentsPage
{
    private const int MostOpen = 200;
    private const int PageSize = 50;

    /// <summary>Rollout of the filter; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Rollout { get; set; }

    /// <summary>Environment of the filter; null for all.</summary>
    [SupplyParameterFromQuery]
    public string? Environment { get; set; }

    /// <summary>Id of the incident after which the list of those that are over goes on; null for its begin.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    [Inject]
    private ApiCalls Api { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [CascadingParameter]
    private Viewer Viewer { get; set; } = null!;

    private IReadOnlyList<IncidentData> Open { get; set; } = [];

    private IReadOnlyList<IncidentData> Over { get; set; } = [];

    private bool MoreOpen { get; set; }

    private string? Next { get; set; }

    private ApiProblem? Problem { get; set; }

    private bool Filtered => Part("rollout", Rollout).Length > 0 || Part("environment", Environment).Length > 0;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var filter = Part("rollout", Rollout) + Part("environment", Environment);
        var open = await Api.Get<IncidentList>($"/api/v1/incidents?state=open,escalated&limit={MostOpen}{filter}");
        var over = await Api.Get<IncidentList>($"/api/v1/incidents?state=resolved,ended&limit={PageSize}{filter}{Part("after", After)}");
        Problem = open.Problem ?? over.Problem;
        if (Problem is { Status: var status })
        {
            Http.Answers(status);
            return;
        }

        Open =
        [
            .. open.Value!.Incidents.OrderByDescending(one => one.Escalated is not null).ThenByDescending(one => one.Acknowledged is null)
                .ThenByDescending(one => one.OpenedAt),
        ];
        (MoreOpen, Over, Next) = (open.Value.Next is not null, over.Value!.Incidents, over.Value.Next);
    }

    private static string Part(string name, string? value) => string.IsNullOrWhiteSpace(value) ? "" : $"&{name}={ApiCalls.Escape(value.Trim())}";

    private string Older(string next) => "/incidents?" + $"{Part("rollout", Rollout)}{Part("environment", Environment)}{Part("after", next)}"[1..];
}
