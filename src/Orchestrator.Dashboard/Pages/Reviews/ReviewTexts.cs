using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.Reviews;

/// <summary>Sentences about reviews.</summary>
public static class ReviewTexts
{
    /// <summary>The question of a review: <c>go or no-go after step ten</c>.</summary>
    public static string Question(ReviewData review) => review.Kind switch
    {
        "gate" => $"go or no-go after step {review.Step}",
        "checkpoint" => $"checkpoint in step {review.Step}",
        "trigger" => $"warning of {review.Trigger ?? "a trigger"} in step {review.Step}",
        "override" => $"override of the gates of step {review.Step}",
        "amendment" => $"a looser plan, proposed in step {review.Step}",
        var other => $"{other} in step {review.Step}",
    };

    /// <summary>Sign of a review's state.</summary>
    public static Sign Sign(ReviewData review) => review.State switch
    {
        "open" => Verdicts.Waiting.As("open"),
        "approved" => Verdicts.Met.As("approved"),
        "rejected" => Verdicts.Breached.As("rejected"),
        "expired" or "withdrawn" or "cleared" => new Sign("–", review.State, "is-plain"),
        var other => Verdicts.NoEvidence.As(other),
    };

    /// <summary>First sentences of the page: what the review lacks or how it ended, and whether its evidence still holds.</summary>
    public static string Lead(ReviewPageData page, Viewer viewer)
    {
        var review = page.Review;
        if (!review.Open)
        {
            return $"{End(review)} It was open since {Times.Absolute(review.OpenedAt, viewer)}.";
        }

        var lacks = review.Lacks is { } missing ? $"It lacks {missing.Text}." : "It lacks no approval.";
        var expires = review.ExpiresAt is { } until ? $" It expires at {Times.Text(until, viewer)}." : "";
        return $"{lacks} {Changed(page, viewer)}{expires}";
    }

    /// <summary>Change of the evidence in a sentence.</summary>
    public static string Changed(ReviewPageData page, Viewer viewer)
    {
        var from = $"The evidence you decide on is from {Times.Text(page.Evidence.At, viewer)}.";
        if (!page.Current)
        {
            return from + " The step that it is about is over.";
        }

        var turned = page.Turned;
        return turned.Count switch
        {
            0 when page.Changes.Count == 0 => from + " No verdict has changed since then.",
            0 => $"{from} No verdict has changed since then, but {Numbers.Plural(page.Changes.Count, "other thing")} did.",
            1 => $"{from} Since then {turned[0].Was.Name} went from {Verdict(turned[0].Was.Verdict)} to {Verdict(turned[0].Is.Verdict)}.",
            _ => $"{from} Since then {turned.Count} verdicts have changed.",
        };
    }

    /// <summary>Consequence of an approval: of the vote itself, and of a go at the end of a step.</summary>
    public static string Approves(ReviewPageData page)
    {
        var go = (page.Review.Kind, page.LeadsTo) switch
        {
            ("gate", { } next) => $" After a go, step {next.Step} follows when the other gates are open: {next.Audience} on new.",
            ("gate", null) => " After a go the plan ends with this step.",
            _ => "",
        };
        return $"{page.Verb("approve")?.Consequence}{go}".TrimStart();
    }

    /// <summary>Deciders in words: <c>2 of product, engineering</c>.</summary>
    public static string Quorum(ReviewData review) => review.Needs is { Count: > 0 } needs
        ? $"{Numbers.List([.. needs.OrderBy(need => need.Key, StringComparer.Ordinal).Select(need => $"{need.Value} of {need.Key}")])}, {review.Quorum} in all"
        : $"{review.Quorum} of {string.Join(", ", review.Roles)}";

    /// <summary>A decision in words.</summary>
    public static string Decision(DecisionData one) =>
        $"{one.Name ?? one.By} ({one.Role}){(one.CountsAs is { } person ? $", counted as {one.CountsAsName ?? person}" : "")}";

    /// <summary>Sign of a decision.</summary>
    public static Sign Sign(DecisionData one) => one.Decision == "approved" ? Verdicts.Met.As("go") : Verdicts.Breached.As("no-go");

    /// <summary>A change in words.</summary>
    public static string Change(ChangeData one) => one.Subject switch
    {
        "incident" => $"Incident {one.Name} was opened: {one.Is}",
        "plan" => $"Plan {one.Name}: {one.Was} → {one.Is}",
        "users" => $"Users of {one.Name}: {one.Was} → {one.Is}",
        "trigger" => $"Trigger {one.Name}: {one.Was} → {one.Is}",
        _ => $"Status: {one.Was} → {one.Is}",
    };

    /// <summary>Verdict in words.</summary>
    public static string Verdict(string verdict) => Verdicts.Of(verdict).Word;

    /// <summary>A hash, short enough for a sentence.</summary>
    public static string Short(string hash) => hash.Length <= 12 ? hash : hash[..12];

    private static string End(ReviewData review) => review.State switch
    {
        "approved" => $"Approved by {Voters(review, "approved")}.",
        "rejected" => $"Rejected by {Voters(review, "rejected")}.",
        "expired" => "It expired: not enough people decided in time, and it approves nothing.",
        "withdrawn" => "It was withdrawn: its step ended in another way, or its evidence changed.",
        "cleared" => "It was cleared: the warning behind it is over.",
        var other => $"It is {other}.",
    };

    private static string Voters(ReviewData review, string decision) =>
        review.Decisions.Where(one => one.Decision == decision).Select(one => one.Name ?? one.By).ToArray() is { Length: > 0 } names
            ? Numbers.List(names)
            : "no person";
}
