using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;
using Orchestrator.Dashboard.Pages.Fields;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Reviews;

/// <summary>A review: its evidence then and now, its deciders, and the forms of a decision.</summary>
public sealed partial class ReviewPage
{
    private const string ApproveForm = "approve";
    private const string RejectForm = "reject";

    /// <summary>Id of the rollout.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>Id of the review.</summary>
    [Parameter]
    public string Review { get; set; } = "";

    [Inject]
    private ApiCalls Api { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [CascadingParameter]
    private HttpContext Http { get; set; } = null!;

    [CascadingParameter]
    private Viewer Viewer { get; set; } = null!;

    private ReviewPageData? Page { get; set; }

    private ApiProblem? Problem { get; set; }

    private PostedForm Posted => field ??= new PostedForm(Http);

    private bool Missing => Problem?.Status == StatusCodes.Status404NotFound;

    /// <summary>Hash of the evidence that the person read, as the form was made; null when the page was only opened.</summary>
    private string? Read => Posted.Is(ApproveForm) ? Posted.Value("evidenceHash") : null;

    private string Rollout => $"/api/v1/rollouts/{ApiCalls.Escape(Id)}";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var page = await Api.Get<ReviewPageData>($"{Rollout}/reviews/{ApiCalls.Escape(Review)}");
        (Page, Problem) = (page.Value, page.Problem);
        if (Page is null)
        {
            Http.Answers(page.Status);
        }
    }

    private string? Typed(string form) => Posted.Is(form) ? Posted.Value("reason") : null;

    /// <summary>With the hash that the person read: an approval never covers more than the screen showed.</summary>
    private Task Approve() =>
        Send(ApproveForm, new { review = Review, reason = Posted.Value("reason"), evidenceHash = Posted.Value("evidenceHash") ?? "none" });

    /// <summary>Without a hash: a no-go takes no user forward, so it is right on any evidence.</summary>
    private Task Reject() => Send(RejectForm, new { review = Review, reason = Posted.Value("reason") });

    private async Task Send(string verb, object body)
    {
        var answer = await Api.Send<object>($"{Rollout}/{verb}", body, Posted.Key(verb));
        if (!Posted.Failed(answer))
        {
            Navigation.NavigateTo(Links.Review(Id, Review));
        }
    }
}
