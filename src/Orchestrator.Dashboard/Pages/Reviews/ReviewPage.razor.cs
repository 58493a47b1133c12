using Microsoft.AspNetCore.Components;
using Orchestrator.Dashboard.Calls;
using Orchestrator.Dashboard.Frame;

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

    private ReviewPageData? Page { get; set; }

    /// <summary>Hash of the evidence that the person read, as the form was made; null when the page was only opened.</summary>
    private string? Read => Posted.Is(ApproveForm) ? Posted.Value("evidenceHash") : null;

    private string Rollout => $"/api/v1/rollouts/{ApiCalls.Escape(Id)}";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() =>
        Page = await Subject<ReviewPageData>($"{Rollout}/reviews/{ApiCalls.Escape(Review)}");

    /// <summary>With the hash that the person read: an approval never covers more than the screen showed.</summary>
    private Task Approve() =>
        Send(ApproveForm, new { review = Review, reason = Posted.Value("reason"), evidenceHash = Posted.Value("evidenceHash") ?? "none" });

    /// <summary>Without a hash: a no-go takes no user forward, so it is right on any evidence.</summary>
    private Task Reject() => Send(RejectForm, new { review = Review, reason = Posted.Value("reason") });

    private Task Send(string verb, object body) => Send(verb, $"{Rollout}/{verb}", body, Links.Review(Id, Review));
}
