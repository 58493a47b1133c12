using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Pages.Plans;

/// <summary>Editor of a plan. It sends the text to the API, which reads it: the page knows no rule of plans.</summary>
public sealed partial class PlanEditor
{
    private const string Yaml = "application/yaml";

    /// <summary>Empty lines below the text, for what is written next.</summary>
    private const int Room = 20;

    /// <summary>Most lines that are numbered.</summary>
    private const int MostRows = 5000;

    /// <summary>Most rollouts that are asked what the text would do to them.</summary>
    private const int MostAsked = 5;

    private string text = "";
    private string key = "";
    private string version = "";
    private int rows;
    private int more;
    private HashSet<int> wrong = [];
    private IReadOnlyList<ApiError> errors = [];
    private ApiProblem? problem;
    private CheckedPlan? found;
    private ComparisonData? comparison;
    private IReadOnlyList<DiffLine> lines = [];
    private readonly List<EffectData> effects = [];
    private ScheduleData? schedule;

    /// <summary>The revision to begin with; null for a new plan.</summary>
    [Parameter]
    public PlanData? Plan { get; set; }

    /// <summary>Text of that revision.</summary>
    [Parameter]
    public string? Source { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private ApiCalls Api { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        key = $"{Guid.NewGuid():N}";
        version = Plan?.Newest.ToString(CultureInfo.InvariantCulture) ?? "";
        Show(Plan is null ? Sample : Source ?? "");
    }

    /// <summary>The smallest useful plan, to begin with.</summary>
    internal const string Sample = """
        plan: my-plan
        title: A new plan
        flag: myFlag

        metrics:
          error_rate: { ratio: errors / requests }

        triggers:
          - { name: errors, when: error_rate > 1%, for: 5m, action: rollback }

        phases:
          - name: public
            steps:
              - { percentage: 10%, hold: 1d }
              - { percentage: 50%, hold: 1d }
              - { percentage: 100%, hold: 1d }
            success: [ error_rate < 0.5% over 12h ]

        """;

    private async Task Submit()
    {
        var form = Http.Request.Form;
        Show(PlanTexts.Plain(form["text"]));
        version = form["version"].ToString();
        var read = await Api.SendText<CheckedPlan>("/api/v1/plans/validate", text, Yaml);
        if (read.Value is not { } plan)
        {
            Refuse(read.Problem, read.Status);
            return;
        }

        if (form["do"] == "save")
        {
            await Save(plan, form["key"].ToString());
        }
        else
        {
            found = plan;
            await Ask(plan);
        }
    }

    private async Task Save(CheckedPlan plan, string idempotency)
    {
        if (Plan is { Name: var name } && name != plan.Plan.Plan)
        {
            Refuse(new ApiProblem(422, "input.invalid", "The input has an error.",
                [new ApiError("plan", $"the text names the plan '{plan.Plan.Plan}', but this is the editor of '{name}'; a new name is a new plan")]), 422);
            return;
        }

        // A new plan must be new: version 0 is before its first revision.
        long? seen = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : Plan is null ? 0 : null;
        var stored = await Api.SendText<StoredPlan>(
            $"/api/v1/plans/{ApiCalls.Escape(plan.Plan.Plan)}", text, Yaml, idempotency.Length == 0 ? null : idempotency, seen, "PUT");
        if (stored.Value is { } kept)
        {
            Navigation.NavigateTo($"{Links.Plan(kept.Name)}?saved={kept.Revision}");
            return;
        }

        Refuse(stored.Problem, stored.Status);
        found = plan;
        await Ask(plan);
    }

    private void Refuse(ApiProblem? refusal, int status)
    {
        (problem, errors) = (refusal, refusal?.Errors ?? []);
        wrong = [.. errors.Select(error => error.Line).OfType<int>()];

        // The script checks while a person writes, and shows answers only.
        Http.Response.StatusCode = Http.Request.Headers.ContainsKey("X-Live") ? StatusCodes.Status200OK : status;
    }

    /// <summary>What the text would do: beside the newest revision, in rollouts under way, and in time.</summary>
    private async Task Ask(CheckedPlan plan)
    {
        schedule = (await Api.SendText<ScheduleData>("/api/v1/plans/preview", text, Yaml)).Value;
        var path = $"/api/v1/plans/{ApiCalls.Escape(plan.Plan.Plan)}";
        comparison = (await Api.SendText<ComparisonData>($"{path}/compare", text, Yaml)).Value;
        if (comparison is null)
        {
            return;
        }

        var stored = (await Api.Text($"{path}?revision={comparison.From.Revision}", Yaml)).Value;
        lines = stored is null ? [] : LineDiff.Of(stored, text);
        var asked = (Plan?.UsedBy ?? []).Where(use => use.TakesAmendments).ToList();
        more = Math.Max(0, asked.Count - MostAsked);
        foreach (var use in asked.Take(MostAsked))
        {
            if ((await Api.SendText<EffectData>($"/api/v1/rollouts/{ApiCalls.Escape(use.Id)}/amendment", text, Yaml)).Value is { } effect)
            {
                effects.Add(effect);
            }
        }
    }

    private void Show(string shown) =>
        (text, rows) = (shown, Math.Min(MostRows, shown.AsSpan().Count('\n') + 1 + Room));
}
