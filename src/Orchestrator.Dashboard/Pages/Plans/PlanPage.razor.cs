using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Pages.Plans;

/// <summary>A revision of a plan, or its editor.</summary>
public sealed partial class PlanPage
{
    private PlanData? plan;
    private ApiProblem? problem;
    private bool missing;
    private string? source;
    private ScheduleData? schedule;
    private ApiProblem? scheduleProblem;
    private WeatherData? weather;
    private ApiProblem? weatherProblem;
    private ComparisonData? comparison;
    private IReadOnlyList<DiffLine> lines = [];
    private int? saved;

    /// <summary>Name of the plan.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [SupplyParameterFromQuery]
    private string? Revision { get; set; }

    [SupplyParameterFromQuery]
    private string? Edit { get; set; }

    [SupplyParameterFromQuery]
    private string? Compare { get; set; }

    [SupplyParameterFromQuery]
    private string? Start { get; set; }

    [SupplyParameterFromQuery]
    private string? Saved { get; set; }

    [SupplyParameterFromQuery]
    private string? Step { get; set; }

    [SupplyParameterFromQuery]
    private string? Metric { get; set; }

    [SupplyParameterFromQuery]
    private string? Value { get; set; }

    [CascadingParameter]
    private FrameData Frame { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private ApiCalls Api { get; set; } = null!;

    private string Path => $"/api/v1/plans/{ApiCalls.Escape(Name)}";

    private string Query => string.IsNullOrEmpty(Revision) ? "" : $"?revision={ApiCalls.Escape(Revision)}";

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var answer = await Api.Get<PlanData>(Path + Query);
        (plan, problem) = (answer.Value, answer.Problem);
        if (plan is null)
        {
            missing = answer.Problem?.Code == "plan.not_found";
            Http.Response.StatusCode = answer.Status;
            return;
        }

        source = (await Api.Text(Path + Query, "application/yaml")).Value;
        var told = int.TryParse(Saved, NumberStyles.None, CultureInfo.InvariantCulture, out var stored) && stored == plan.Revision;
        saved = told ? stored : null;
        if (Edit is null)
        {
            await Preview();
            await Simulate();
            await ReadComparison();
        }
    }

    private bool May(string permission) => Frame.Me?.May(permission) == true;

    private async Task Preview()
    {
        var start = StartText.Instant(Start);
        var query = $"{Query}{(Query.Length == 0 ? "?" : "&")}{(start is null ? "" : $"start={ApiCalls.Escape(start)}")}";
        var answer = await Api.Get<ScheduleData>($"{Path}/preview{query.TrimEnd('?', '&')}");
        (schedule, scheduleProblem) = (answer.Value, answer.Problem);
    }

    private async Task Simulate()
    {
        if (Step is null || Metric is null)
        {
            return;
        }

        var answer = await Api.Get<WeatherData>(
            $"{Path}/weather?revision={plan!.Revision}&step={ApiCalls.Escape(Step)}&metric={ApiCalls.Escape(Metric)}&value={ApiCalls.Escape(Value ?? "")}");
        (weather, weatherProblem) = (answer.Value, answer.Problem);
    }

    private async Task ReadComparison()
    {
        if (string.IsNullOrEmpty(Compare))
        {
            return;
        }

        var answer = await Api.Get<ComparisonData>($"{Path}/compare?from={ApiCalls.Escape(Compare)}&to={plan!.Revision}");
        (comparison, problem) = (answer.Value, answer.Problem);
        var older = comparison is null ? null : (await Api.Text($"{Path}?revision={comparison.From.Revision}", "application/yaml")).Value;
        lines = older is not null && source is not null ? LineDiff.Of(older, source) : [];
    }
}
