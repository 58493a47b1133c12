using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;

namespace Orchestrator.Dashboard.Pages.Segments;

/// <summary>A segment: its rule, its members, its use, and the answer for one user.</summary>
public sealed partial class SegmentPage
{
    private SegmentData? segment;
    private ApiProblem? problem;
    private bool missing;
    private ChangedData? changed;
    private RoutedData? routed;
    private IReadOnlyList<ApiError> attributeErrors = [];
    private bool memberProblem;
    private string? user;
    private string? attributes;
    private string? flag;
    private string? typed;
    private string key = "";

    /// <summary>Environment of the path.</summary>
    [Parameter]
    public string Environment { get; set; } = "";

    /// <summary>Key of the segment.</summary>
    [Parameter]
    public string Key { get; set; } = "";

    [SupplyParameterFromQuery]
    private string? Changed { get; set; }

    [CascadingParameter]
    private FrameData Frame { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [Inject]
    private ApiCalls Api { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Path => $"/api/v1/segments/{ApiCalls.Escape(Environment)}/{ApiCalls.Escape(Key)}";

    private bool May => Frame.Me?.May("Segments") == true;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        key = $"{Guid.NewGuid():N}";
        changed = SegmentTexts.Read(Changed);
        var answer = await Api.Get<SegmentData>(Path);
        (segment, problem) = (answer.Value, answer.Problem);
        if (segment is null)
        {
            missing = answer.Problem?.Code == "segment.not_found";
            Http.Response.StatusCode = answer.Status;
        }
    }

    private async Task Route()
    {
        var form = Http.Request.Form;
        (user, attributes, flag) = (form["user"].ToString().Trim(), form["attributes"].ToString(), form["flag"].ToString().Trim());
        (var context, attributeErrors) = SegmentTexts.Context(user, attributes);
        if (attributeErrors.Count > 0)
        {
            Http.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return;
        }

        var answer = await Api.Send<RoutedData>(Path + "/route", flag.Length == 0 ? (object)new { context } : new { flag, context });
        (routed, problem) = (answer.Value, answer.Problem);
        if (problem is not null)
        {
            Http.Response.StatusCode = answer.Status;
        }
    }

    private async Task Change()
    {
        var form = Http.Request.Form;
        typed = form["keys"].ToString();
        var keys = SegmentTexts.Keys(typed);
        object body = form["do"] == "remove" ? new { remove = keys } : new { add = keys };
        var answer = await Api.Send<SegmentData>(Path + "/members", body, form["key"]);
        if (answer.Value is { } now)
        {
            Navigation.NavigateTo(SegmentTexts.Address(Environment, Key, now.Changed ?? new ChangedData(0, 0, 0, 0)));
            return;
        }

        (problem, memberProblem) = (answer.Problem, true);
        Http.Response.StatusCode = answer.Status;
    }
}
