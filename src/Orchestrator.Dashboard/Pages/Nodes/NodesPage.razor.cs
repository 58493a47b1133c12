using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Pages.Nodes;

/// <summary>The nodes of the cluster: position, freshness, alarms, and the guards of rollouts.</summary>
public sealed partial class NodesPage
{
    [Inject]
    private ApiCalls Api { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    private NodesData? Page { get; set; }

    private ApiProblem? Problem { get; set; }

    /// <summary>A store without a clock of its own, as of a single node, has nothing to compare with.</summary>
    private bool Clocks => Page!.Nodes.Any(one => one.ClockAhead is not null);

    private long Head => NodesTexts.Head(Page!.Nodes);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var page = await Api.Get<NodesData>("/api/v1/nodes");
        (Page, Problem) = (page.Value, page.Problem);
        if (Page is null)
        {
            Http.Answers(page.Status);
        }
    }
}
