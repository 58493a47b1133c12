using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Notifications;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Reviews;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Reviews that ask for so many of each role, and votes of one person with several keys.</summary>
public sealed class RoleReviewTests
{
    private static Simulator Asked(string review, string top = "")
    {
        var rollout = Some.Started(Some.Plan($$"""
            plan: small
            flag: f
            metrics: { error_rate: { ratio: errors / requests } }
            triggers: [ { name: collapse, when: error_rate > 50%, action: rollback } ]
            {{top}}
            phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 1h, review: {{review}} }, { name: two, percentage: 100%, hold: 1h } ] } ]
            """));
        return rollout.DriveWell(TimeSpan.FromMinutes(65));
    }

    private static Review Open(Simulator rollout) => rollout.State.Reviews.Single(review => review.Open);

    private static Decision<RolloutEvent> Approve(
        Simulator rollout, string key, string role, KeyOrigin? origin = null, KeyOrigin? asker = null) =>
        Say(rollout, true, key, role, origin, asker);

    private static Decision<RolloutEvent> Say(
        Simulator rollout, bool yes, string key, string role, KeyOrigin? origin = null, KeyOrigin? asker = null) =>
        rollout.Command(new DecideReview(Open(rollout).Id, yes, null, Origin: origin, Asker: asker), Actor.User(key, role));

    private static string Refusal(Decision<RolloutEvent> decision) => Assert.IsType<Decision<RolloutEvent>.Refused>(decision).Code;

    [Fact]
    public void Two_people_of_one_role_are_not_one_of_each()
    {
        var rollout = Asked("{ roles: { product: 1, engineering: 1 } }");
        Assert.Equal(2, Open(rollout).Quorum);
        Assert.Equal(["engineering", "product"], Open(rollout).Roles);
        Assert.Equal("1 of engineering and 1 of product", Quorums.Lacks(Open(rollout)));
        Approve(rollout, "k1", "engineering");
        Approve(rollout, "k2", "engineering");
        Assert.Equal("1 of product", Quorums.Lacks(Open(rollout)));
        Assert.Equal(["review"], Gates.Shut(rollout.State, rollout.Now));
        Assert.Equal(["1 of product", "1 of product"], rollout.Of<ReviewDecided>().Select(decided => decided.Lacks));
        Approve(rollout, "k3", "product");
        Assert.Equal("two", rollout.State.Step!.Name);
        Assert.Null(rollout.Of<ReviewDecided>()[^1].Lacks);
    }

    [Theory]
    [InlineData("{ roles: { product: 1, engineering: 1 }, quorum: 3 }", "product engineering", "1 more of engineering, product")]
    [InlineData("{ roles: { product: 1, engineering: 2 } }", "product engineering", "1 of engineering")]
    [InlineData("{ roles: { product: 1, engineering: 1 } }", "admin", "1 of product")]
    [InlineData("{ roles: { product: 1, engineering: 1 } }", "engineering admin", null)]
    [InlineData("{ roles: { admin: 1, engineering: 1 } }", "admin", "1 of engineering")]
    [InlineData("{ roles: [product, engineering], quorum: 2 }", "engineering", "1 more of product, engineering")]
    [InlineData("{ roles: [product, engineering], quorum: 2 }", "engineering engineering", null)]
    public void Each_decides_under_one_role_and_an_admin_for_one_of_those_that_lack(string review, string roles, string? lacks)
    {
        var rollout = Asked(review);
        var (needs, id) = (Open(rollout).Needs, Open(rollout).Id);
        foreach (var (role, i) in roles.Split(' ').Select((role, i) => (role, i)))
        {
            Approve(rollout, "k" + i, role);
        }

        var left = Quorums.Lacks(rollout.State.Reviews.Single(one => one.Id == id));
        Assert.Equal(needs.IsEmpty ? lacks?.Replace(" more", "", StringComparison.Ordinal) : lacks, left);
        Assert.Equal(lacks is null ? "two" : "one", rollout.State.Step!.Name);
    }

    [Fact]
    public void Both_teams_of_the_strategy_decide_at_half()
    {
        var plan = Some.Plan(Plans.Samples.Plan("chat-architecture.yaml"));
        var step = plan.Phases.SelectMany(phase => phase.Steps).Single(step => step.Name == "3b");
        Assert.Equal([new RoleNeed("engineering", 1), new RoleNeed("product", 1)], step.Review!.Needs);

        // The teams that say of themselves that they decide there.
        Assert.Equal(["engineering", "product"], plan.Teams.Where(team => team.Decides.Contains("review every 2 days in 3b")).Select(team => team.Role));
    }

    [Fact]
    public void A_review_takes_the_roles_of_the_plan_unless_it_names_its_own()
    {
        Assert.Equal("1 of engineering and 1 of product", Quorums.Lacks(Open(Asked("{ expires: 1d }", "approvals: { roles: { product: 1, engineering: 1 } }"))));
        Assert.Equal("1 of engineering and 1 of product and 1 more of engineering, product", Quorums.Lacks(Open(Asked("{ quorum: 3 }", "approvals: { roles: { product: 1, engineering: 1 } }"))));
        Assert.Equal("1 of devops", Quorums.Lacks(Open(Asked("{ roles: [devops] }", "approvals: { roles: { product: 1, engineering: 1 } }"))));
    }

    [Fact]
    public void A_rule_may_ask_so_many_of_each_role_and_an_override_asks_those_of_the_plan()
    {
        var rollout = Some.Started(Some.Plan("""
            plan: small
            flag: f
            metrics: { memory: { gauge: memory, unit: size } }
            triggers: [ { name: warn, when: memory > 80MB, action: review, roles: { support: 1, product: 1 } } ]
            approvals: { roles: { devops: 1, engineering: 1 } }
            phases: [ { name: p, steps: [ { name: one, percentage: 10%, hold: 1h }, { name: two, percentage: 100%, hold: 1h } ] } ]
            """));
        rollout.Drive(TimeSpan.FromMinutes(2), at => Some.Sample(at, memory: 90e6));
        Assert.Equal("1 of product and 1 of support", Quorums.Lacks(Open(rollout)));
        var refused = Assert.IsType<Decision<RolloutEvent>.Refused>(rollout.Command(new Advance(null, false, null), Some.Engineer));
        Assert.Contains("people have not agreed; review r1 lacks 1 of product and 1 of support", refused.Message, StringComparison.Ordinal);
        rollout.Command(new Advance(null, true, "in a hurry"), Some.Engineer);
        Assert.Equal("1 of devops and 1 of engineering", Quorums.Lacks(rollout.State.Reviews.Single(review => review.Kind == ReviewKind.Override)));
    }

    [Fact]
    public void Notices_and_the_retrospective_say_what_is_asked_and_what_still_lacks()
    {
        var rollout = Asked("{ roles: { product: 1, engineering: 1 } }");
        Assert.Contains(", by 1 of engineering and 1 of product: ", Notice.Of(rollout.Of<ReviewOpened>()[0], rollout.State.Plan)!.Text, StringComparison.Ordinal);
        Approve(rollout, "k1", "engineering");
        var notice = Notice.Of(rollout.Of<ReviewDecided>()[0], rollout.State.Plan)!;
        Assert.Equal((Level.Info, "engineering said go in review r1; still missing: 1 of product."), (notice.Level, notice.Text));
        var told = Assert.Single(Retrospective.Of(rollout.Events, rollout.Now).Reviews);
        Assert.Equal("1 of product", told.Lacks);
        Assert.Equal([new RoleNeed("engineering", 1), new RoleNeed("product", 1)], told.Needs!);
    }

    [Fact]
    public void An_event_keeps_the_roles_and_one_of_an_earlier_build_has_none()
    {
        var opened = Asked("{ roles: { product: 1, engineering: 1 } }").Of<ReviewOpened>()[0];
        var recorded = RolloutEvents.Catalog.Write(opened, Guid.NewGuid());
        var text = System.Text.Encoding.UTF8.GetString(recorded.Data.Span);
        Assert.Contains("\"needs\":[{\"role\":\"engineering\",\"people\":1},{\"role\":\"product\",\"people\":1}]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("needs", System.Text.Encoding.UTF8.GetString(
            RolloutEvents.Catalog.Write(Asked("{ roles: [product] }").Of<ReviewOpened>()[0], Guid.NewGuid()).Data.Span), StringComparison.Ordinal);
    }

    /// <summary>Keys with the persons that they declare, and a person with a token; all made by one admin and used long ago.</summary>
    private static AccessState Keys(params (string Id, string? Person)[] keys)
    {
        var state = AccessState.Initial;
        void Add(AccessEvent happened) =>
            state = state.Evolve(new Happened<AccessEvent>(1, Some.Start - TimeSpan.FromDays(1), Actor.User("k-root", "admin"), happened));
        foreach (var (id, person) in keys)
        {
            Add(new AccessEvent.KeyCreated(id, id, Role.Engineering, null, "h") { Person = person });
            Add(new AccessEvent.KeyUsed(id));
        }

        Add(new AccessEvent.PersonNamed("oidc:7", "Anna Berg"));
        Add(new AccessEvent.PersonNamed("oidc:8", "Ben Tal"));
        Add(new AccessEvent.PersonNamed("oidc:9", "Ben Tal"));
        return state;
    }

    [Theory]
    [InlineData("k1", "k2", true)]
    [InlineData("k1", "k3", true)]
    [InlineData("k2", "k3", true)]
    [InlineData("k1", "oidc:7", true)]
    [InlineData("oidc:7", "k3", true)]
    [InlineData("ben", "oidc:8", true)]
    [InlineData("oidc:9", "ben", true)]
    [InlineData("oidc:8", "oidc:9", false)]
    [InlineData("k1", "ben", false)]
    [InlineData("k4", "k5", false)]
    [InlineData("k1", "k4", false)]
    [InlineData("oidc:7", "oidc:8", false)]
    public void One_person_is_one_vote_whatever_they_come_with(string first, string second, bool same)
    {
        var access = Keys(("k1", "Anna Berg"), ("k2", "anna berg"), ("k3", "oidc:7"), ("k4", null), ("k5", null), ("ben", "Ben Tal"));
        var rollout = Asked("{ roles: [product, engineering], quorum: 2 }");
        Approve(rollout, first, "engineering", access.OriginOf(first));
        var answer = Approve(rollout, second, "product", access.OriginOf(second));
        Assert.Equal(same ? "one" : "two", rollout.State.Step!.Name);
        if (same)
        {
            Assert.Equal("review.already_decided", Refusal(answer));
        }
    }

    [Theory]
    [InlineData("k1", "k2")]
    [InlineData("k1", "oidc:7")]
    [InlineData("oidc:7", "k3")]
    public void An_override_is_not_approved_by_another_key_or_the_token_of_its_asker(string asker, string second)
    {
        var access = Keys(("k1", "Anna Berg"), ("k2", "Anna Berg"), ("k3", "oidc:7"), ("other", "Ben Tal"));
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Advance(null, true, "the metrics pipeline is down"), Actor.User(asker, "engineering"));
        Assert.Equal("review.own_override", Refusal(Approve(rollout, second, "product", access.OriginOf(second), access.OriginOf(asker))));
        Approve(rollout, "other", "product", access.OriginOf("other"), access.OriginOf(asker));
        Assert.Equal("s25", rollout.State.Step!.Name);
    }

    [Fact]
    public void An_override_is_not_approved_with_a_key_that_another_key_of_its_asker_made()
    {
        var state = Keys(("a1", "Anna Berg"), ("a2", "Anna Berg"));
        state = state.Evolve(new Happened<AccessEvent>(9, Some.Start - TimeSpan.FromDays(1), Actor.User("a1", "admin"),
            new AccessEvent.KeyCreated("b", "b", Role.Product, null, "h") { Person = "Ben Tal" }));
        state = state.Evolve(
            new Happened<AccessEvent>(10, Some.Start - TimeSpan.FromDays(1), Actor.User("b", "product"), new AccessEvent.KeyUsed("b")));
        var rollout = Some.Started().DriveTo("s10");
        rollout.Command(new Advance(null, true, "the metrics pipeline is down"), Actor.User("a2", "engineering"));
        Assert.Equal("review.own_override", Refusal(Approve(rollout, "b", "product", state.OriginOf("b"), state.OriginOf("a2"))));
    }

    [Fact]
    public void A_fresh_key_counts_as_its_maker_and_as_the_person_that_it_declares()
    {
        var access = Keys(("k1", "Anna Berg"), ("maker", "Mia Roth"), ("maker2", "Mia Roth"));
        access = access.Evolve(new Happened<AccessEvent>(
            9, Some.Start, Actor.User("maker", "admin"), new AccessEvent.KeyCreated("fresh", "f", Role.Product, null, "h") { Person = "Anna Berg" }));
        foreach (var already in (string[])["k1", "maker", "maker2"])
        {
            var rollout = Asked("{ roles: [product, engineering], quorum: 2 }");
            Approve(rollout, already, "engineering", access.OriginOf(already));
            Assert.Equal("review.already_decided", Refusal(Approve(rollout, "fresh", "product", access.OriginOf("fresh"))));
        }
    }

    [Fact]
    public void A_no_to_an_override_is_taken_from_its_asker_and_from_keys_that_they_made()
    {
        foreach (var refuser in (string[])["maker", "fresh"])
        {
            var access = WithFresh("Pia Sand");
            var rollout = Some.Started().DriveTo("s10");
            rollout.Command(new Advance(null, true, "the metrics pipeline is down"), Actor.User("maker", "admin"));
            var refused = Assert.IsType<Decision<RolloutEvent>.Refused>(Approve(rollout, "fresh", "product", access.OriginOf("fresh"), access.OriginOf("maker")));
            Assert.Equal("review.own_override", refused.Code);
            Assert.Contains("may reject it; after that another person", refused.Message, StringComparison.Ordinal);
            Assert.Equal("review.role", Refusal(Say(rollout, false, "fresh", "support", access.OriginOf("fresh"), access.OriginOf("maker"))));
            Assert.IsType<Decision<RolloutEvent>.Accepted>(
                Say(rollout, false, refuser, refuser == "maker" ? "admin" : "product", access.OriginOf(refuser), access.OriginOf("maker")));
            Assert.Equal((ReviewOutcome.Rejected, RolloutStatus.Running), (rollout.State.Reviews[^1].Outcome, rollout.State.Status));
            Assert.DoesNotContain("review", Gates.Shut(rollout.State, rollout.Now));
        }
    }

    [Fact]
    public void A_no_is_taken_from_a_key_of_a_person_who_said_yes_and_a_second_yes_is_refused()
    {
        var access = WithFresh("Pia Sand");
        access = access.Evolve(new Happened<AccessEvent>(
            9, Some.Start, Actor.User("maker", "admin"), new AccessEvent.KeyCreated("fresh2", "f2", Role.Product, null, "h") { Person = "Pit Lund" }));
        var rollout = Asked("{ roles: { product: 2 } }");
        var first = Open(rollout).Id;
        Approve(rollout, "fresh", "product", access.OriginOf("fresh"));
        var refused = Assert.IsType<Decision<RolloutEvent>.Refused>(Approve(rollout, "fresh2", "product", access.OriginOf("fresh2")));
        Assert.Contains("fresh2 counts as the same person (Mia Roth)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("in a review that opens later. It may still reject this review", refused.Message, StringComparison.Ordinal);
        Assert.Equal("review.already_decided", Refusal(Say(rollout, false, "fresh", "product", access.OriginOf("fresh"))));
        Assert.IsType<Decision<RolloutEvent>.Accepted>(Say(rollout, false, "fresh2", "product", access.OriginOf("fresh2")));
        Assert.Equal((ReviewOutcome.Rejected, RolloutStatus.Paused),
            (rollout.State.Reviews.Single(one => one.Id == first).Outcome, rollout.State.Status));

        foreach (var key in (string[])["fresh", "fresh2"])
        {
            access = access.Evolve(new Happened<AccessEvent>(10, rollout.Now, Actor.System, new AccessEvent.KeyUsed(key)));
        }

        rollout.DriveWell(TimeSpan.FromMinutes(2));
        rollout.Command(new Resume(null), Some.Engineer);
        rollout.DriveWell(TimeSpan.FromMinutes(2));
        Assert.NotEqual(first, Open(rollout).Id);
        Approve(rollout, "fresh", "product", access.OriginOf("fresh"));
        Approve(rollout, "fresh2", "product", access.OriginOf("fresh2"));
        Assert.Equal("two", rollout.State.Step!.Name);
    }

    [Fact]
    public void Keys_that_only_read_before_count_as_their_holder_or_their_maker_by_who_asks()
    {
        var access = WithFresh("Pia Sand");
        access = access.Evolve(new Happened<AccessEvent>(
            9, Some.Start, Actor.User("maker", "admin"), new AccessEvent.KeyCreated("fresh2", "f2", Role.Product, null, "h") { Person = "Pit Lund" }));
        foreach (var key in (string[])["fresh", "fresh2"])
        {
            access =
                access.Evolve(new Happened<AccessEvent>(10, Some.Start, Actor.System, new AccessEvent.KeyUsed(key) { Reading = true }));
        }

        var rollout = Asked("{ roles: { product: 2 } }");
        Approve(rollout, "fresh", "product", access.OriginOf("fresh"));
        Approve(rollout, "fresh2", "product", access.OriginOf("fresh2"));
        Assert.Equal("two", rollout.State.Step!.Name);
        Assert.Equal(["Pia Sand", "Pit Lund"], rollout.Of<ReviewDecided>().Select(one => one.CountsAs));

        var overridden = Some.Started(Some.Plan(Some.PlanText + "\napprovals: { roles: { product: 2 } }\n")).DriveTo("s10");
        overridden.Command(new Advance(null, true, "the metrics pipeline is down"), Actor.User("k1", "engineering"));
        Approve(overridden, "fresh", "product", access.OriginOf("fresh"), access.OriginOf("k1"));
        Assert.Equal("review.already_decided", Refusal(Approve(overridden, "fresh2", "product", access.OriginOf("fresh2"), access.OriginOf("k1"))));
    }

    [Fact]
    public void A_refused_vote_names_the_person_who_has_decided()
    {
        var access = WithFresh("erik holm");
        var rollout = Asked("{ roles: [product, engineering], quorum: 2 }");
        Approve(rollout, "k1", "engineering", access.OriginOf("k1"));
        var refused = Assert.IsType<Decision<RolloutEvent>.Refused>(Approve(rollout, "fresh", "product", access.OriginOf("fresh")));
        Assert.Contains("fresh counts as the same person (Erik Holm)", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("opens later", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Keys in use of Erik Holm (k1) and Mia Roth (maker), and one that Mia Roth made and that was never used.</summary>
    private static AccessState WithFresh(string person) => Keys(("k1", "Erik Holm"), ("maker", "Mia Roth")).Evolve(
        new Happened<AccessEvent>(
            9, Some.Start, Actor.User("maker", "admin"), new AccessEvent.KeyCreated("fresh", "f", Role.Product, null, "h") { Person = person }));

    [Theory]
    [InlineData("{ roles: {} }", "roles", "must name at least one role")]
    [InlineData("{ roles: { boss: 1 } }", "roles.boss", "unknown role 'boss'")]
    [InlineData("{ roles: { prodct: 1 } }", "roles.prodct", "did you mean 'product'")]
    [InlineData("{ roles: { viewer: 1 } }", "roles.viewer", "a viewer decides no review")]
    [InlineData("{ roles: { product: 0 } }", "roles.product", "1 to 20")]
    [InlineData("{ roles: { product: two } }", "roles.product", "must be")]
    [InlineData("{ roles: { product: 15, engineering: 10 } }", "roles", "requires 25 people in all; a review may require at most 20")]
    [InlineData("{ roles: { product: 1, engineering: 1 }, quorum: 1 }", "quorum", "is 1, but 'roles' require 2 people")]
    public void Numbers_that_cannot_be_meant_are_refused(string review, string path, string message)
    {
        foreach (var (text, at) in new[]
        {
            ($"phases: [ {{ name: p, steps: [ {{ percentage: 100%, hold: 1h, review: {review} }} ] }} ]", "phases[0].steps[0].review."),
            ($"approvals: {review}\nphases: [ {{ name: p, steps: [ {{ percentage: 100%, hold: 1h }} ] }} ]", "approvals."),
        })
        {
            var error = Assert.Single(PlanFiles.PlanText.Read("plan: p\nflag: f\n" + text).Errors);
            Assert.Equal(at + path, error.Path);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }
}
