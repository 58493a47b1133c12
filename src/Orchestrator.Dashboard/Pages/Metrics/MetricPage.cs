using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Pages.Rollouts;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Metrics;

/// <summary>A page of charts of one rollout.</summary>
public abstract class MetricPage : ComponentBase
{
    /// <summary>Most metrics on one page: an answer of the API has at most 16 series, two a metric.</summary>
    private const int Most = 8;

    /// <summary>Id of the rollout.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>Range of the charts.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? Range { get; set; }

    /// <summary>Segment of the samples; all together without one.</summary>
    [SupplyParameterFromQuery(Name = "segment")]
    public string? Segment { get; set; }

    /// <summary>Zone and time of the page.</summary>
    [CascadingParameter]
    public Viewer Viewer { get; set; } = null!;

    /// <summary>The rollout; null when there is none of this id.</summary>
    protected RolloutData? Rollout { get; private set; }

    /// <summary>Metrics of the page.</summary>
    protected IReadOnlyList<MetricOnHand> Metrics { get; private set; } = [];

    /// <summary>Their series.</summary>
    protected SeriesSet? Set { get; private set; }

    /// <summary>Problem of an answer.</summary>
    protected ApiProblem? Problem { get; private set; }

    /// <summary>Chosen range.</summary>
    protected MetricRange Chosen => MetricRange.Of(Range);

    /// <summary>First sentence of the page.</summary>
    protected string Lead => MetricTexts.Lead(Metrics, Set, Rollout!.Triggers, Viewer);

    [Inject]
    private ApiCalls Api { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    /// <summary>True for a metric of this page.</summary>
    protected abstract bool Shows(MetricOnHand metric);

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var path = $"/api/v1/rollouts/{ApiCalls.Escape(Id)}";
        var rollout = await Api.Get<RolloutData>(path);
        (Rollout, Problem) = (rollout.Value, rollout.Problem);
        if (Rollout is null)
        {
            Http.Answers(rollout.Status);
            return;
        }

        var list = await Api.Get<MetricList>($"{path}/series");
        Problem = list.Problem;
        Metrics = [.. (list.Value?.Metrics ?? []).Where(Shows).Take(Most)];
        if (Metrics.Count > 0)
        {
            var names = string.Join(',', Metrics.Select(metric => ApiCalls.Escape(metric.Name)));
            var segment = string.IsNullOrWhiteSpace(Segment) ? "" : $"&segment={ApiCalls.Escape(Segment)}";
            var series = await Api.Get<SeriesSet>($"{path}/series?metric={names}&from={Chosen.Name}{segment}");
            (Set, Problem) = (series.Value, series.Problem ?? Problem);
        }
    }
}
