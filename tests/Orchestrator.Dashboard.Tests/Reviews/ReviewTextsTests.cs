using Orchestrator.Dashboard.Pages.Reviews;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Reviews;

public sealed class ReviewTextsTests
{
    private static readonly DateTimeOffset Opened = new(2026, 11, 24, 2, 12, 40, TimeSpan.Zero);
    private static readonly Viewer Viewer = Viewer.Read(null, null, null, Opened.AddHours(3));

    private static ReviewPageData Page => new()
    {
        Current = true,
        Review = new ReviewData
        {
            Id = "r1",
            Kind = "gate",
            Step = "ten",
            State = "open",
            OpenedAt = Opened,
            Roles = ["product", "engineering"],
            Quorum = 2,
            Lacks = new LacksData("1 of product"),
            Verbs = [new VoteData("approve", true, true, null, "Review r1 is approved.")],
        },
        LeadsTo = new StepData("gradual", "all", "100% of users"),
        Evidence = new SnapshotData { Hash = "abc", At = Opened, Criteria = [new CriterionData("errors", null, "met", 10, "0 %")] },
        Now = new SnapshotData { Hash = "abc", At = Opened, Criteria = [new CriterionData("errors", null, "met", 10, "0 %")] },
    };

    [Fact]
    public void Open_review_says_what_it_lacks_and_that_no_verdict_changed() => Assert.Equal(
        "It lacks 1 of product. The evidence you decide on is from 02:12:40. No verdict has changed since then.", ReviewTexts.Lead(Page, Viewer));

    [Fact]
    public void Verdict_that_changed_is_in_the_first_sentences()
    {
        var turned = Page with { Now = new SnapshotData { Hash = "x", At = Opened, Criteria = [new CriterionData("errors", null, "breached", 10, "5 %")] } };
        Assert.Contains("Since then errors went from met to breached.", ReviewTexts.Lead(turned, Viewer), StringComparison.Ordinal);
        var gone = Page with { Now = new SnapshotData { Hash = "x", At = Opened, Criteria = [new CriterionData("errors", null, "noEvidence", 0, "")] } };
        Assert.Contains("from met to no evidence.", ReviewTexts.Lead(gone, Viewer), StringComparison.Ordinal);
        var other = Page with { Changes = [new ChangeData("status", "r", "running", "paused")] };
        Assert.Contains("No verdict has changed since then, but 1 other thing did.", ReviewTexts.Lead(other, Viewer), StringComparison.Ordinal);
    }

    [Fact]
    public void Go_names_the_users_that_follow()
    {
        Assert.Equal(
            "Review r1 is approved. After a go, step all follows when the other gates are open: 100% of users on new.", ReviewTexts.Approves(Page));
        Assert.Equal("Review r1 is approved.", ReviewTexts.Approves(Page with { LeadsTo = null, Review = Page.Review with { Kind = "override" } }));
        Assert.Equal("Review r1 is approved. After a go the plan ends with this step.", ReviewTexts.Approves(Page with { LeadsTo = null }));
    }

    [Theory]
    [InlineData("expired", "It expired: not enough people decided in time, and it approves nothing.")]
    [InlineData("withdrawn", "It was withdrawn: its step ended in another way, or its evidence changed.")]
    [InlineData("approved", "Approved by Anna and k2.")]
    public void Review_that_is_over_says_how(string state, string text)
    {
        var over = Page with
        {
            Current = false,
            Now = null,
            Review = Page.Review with
            {
                State = state,
                Lacks = null,
                Decisions =
                [
                    new DecisionData("k1", "Anna", null, null, "product", "approved", null, Opened),
                    new DecisionData("k2", null, "k1", "Anna", "engineering", "approved", "fine", Opened),
                ],
            },
        };
        Assert.StartsWith(text, ReviewTexts.Lead(over, Viewer), StringComparison.Ordinal);
        Assert.Equal("k2 (engineering), counted as Anna", ReviewTexts.Decision(over.Review.Decisions[1]));
    }

    [Fact]
    public void Quorum_is_told_by_roles_and_by_people_of_each()
    {
        Assert.Equal("2 of product, engineering", ReviewTexts.Quorum(Page.Review));
        Assert.Equal(
            "1 of engineering and 1 of product, 3 in all",
            ReviewTexts.Quorum(Page.Review with { Quorum = 3, Needs = new Dictionary<string, int> { ["product"] = 1, ["engineering"] = 1 } }));
    }
}
