using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>A log whose newest events were written by a clock that was ahead, and decisions by one that is right.</summary>
public sealed class ClockAheadTests
{
    private static readonly DateTimeOffset Now = Some.Start + TimeSpan.FromMinutes(10);

    public static TheoryData<TimeSpan> Jumps => [TimeSpan.FromHours(1), TimeSpan.FromDays(30)];

    [Theory]
    [MemberData(nameof(Jumps))]
    public void First_decision_corrects_the_clock_and_nothing_lies_in_the_future_any_more(TimeSpan ahead)
    {
        var state = Ahead(ahead);
        var events = Decided(state, new Observe(state.Entry, null));
        Assert.Equal(state.LastAt, Assert.IsType<ClockCorrected>(events[0]).Newest);

        var corrected = Fold(state, events);
        Assert.Equal(Now, corrected.LastAt);
        Assert.All((DateTimeOffset[])[corrected.Since, corrected.StepSince, corrected.PhaseSince, corrected.ExposedSince,
            corrected.ComparedSince], at => Assert.True(at <= Now));
        Assert.Empty(corrected.Triggers);
        Assert.Empty(corrected.FiredAt);
        Assert.Empty(Decided(corrected, new Observe(corrected.Entry, null)));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Hold_begins_again_at_the_correction_and_ends_after_its_length(TimeSpan ahead)
    {
        var state = Ahead(ahead);
        var corrected = Fold(state, Decided(state, new Observe(state.Entry, null)));
        Assert.Equal(Now + corrected.Step!.Hold, Gates.HoldEnds(corrected));
        Assert.False(Gates.HoldElapsed(corrected, Now));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Review_keeps_the_time_that_people_have(TimeSpan ahead)
    {
        var state = Ahead(ahead) with
        {
            Reviews = [new Review("r", ReviewKind.Gate, "p", "s", 1, [], 1, Some.Start + ahead, Some.Start + ahead + TimeSpan.FromHours(2), "",
                "", null, null, null, [])],
        };
        var review = Assert.Single(ClockCorrection.Evolve(state, Now).Reviews);
        Assert.Equal((Now, Now + TimeSpan.FromHours(2)), (review.OpenedAt, review.ExpiresAt));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void A_rule_that_an_amendment_changed_is_not_blind_until_then(TimeSpan ahead)
    {
        var later = Some.Start + ahead;
        var state = Ahead(ahead) with
        {
            RestartedAt = System.Collections.Immutable.ImmutableDictionary<string, DateTimeOffset>.Empty.Add("trigger server-errors", later),
            Amended = new Orchestrator.Domain.Rollouts.Amending.LastAmendment(later, 1, "", "", null, ["server-errors"], []),
        };
        var corrected = ClockCorrection.Evolve(state, Now);
        Assert.Equal((Now, Now), (corrected.RestartedAt["trigger server-errors"], corrected.Amended!.At));
    }

    [Fact]
    public void Rollback_of_a_person_needs_no_round_first()
    {
        var state = Ahead(TimeSpan.FromDays(30));
        var events = Decided(state, new Rollback("bad"), Some.Engineer);
        Assert.IsType<ClockCorrected>(events[0]);
        Assert.Equal((RolloutStatus.RolledBack, Now), (Fold(state, events).Status, Fold(state, events).Rollback!.At));
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Watching_begins_again_and_not_in_the_future(TimeSpan ahead)
    {
        var watch = default(WatchTime).At(Now + ahead, TimeSpan.FromMinutes(1)).At(Now, TimeSpan.FromMinutes(1));
        Assert.Equal(Now, watch.Since);
    }

    [Fact]
    public void Clocks_that_differ_by_less_than_a_minute_correct_nothing()
    {
        var state = Ahead(TimeSpan.Zero) with { LastAt = Now + TimeSpan.FromSeconds(59) };
        Assert.DoesNotContain(Decided(state, new Observe(state.Entry, null)), e => e is ClockCorrected);
    }

    /// <summary>Running, with a trigger that was breached and one that fired at the wrong time.</summary>
    private static RolloutState Ahead(TimeSpan ahead)
    {
        var at = Some.Start + ahead;
        var state = Fold(RolloutState.Initial,
            Accepted(RolloutDecider.Decide(RolloutState.Initial, Some.Create(), Some.Engineer, Some.Start)), Some.Start);
        state = Fold(state, Accepted(RolloutDecider.Decide(state, new Start(), Some.Engineer, at)), at);
        var evidence = new Evidence("", null, null, null, 0, TimeSpan.Zero, TimeSpan.Zero, at, "");
        return state with
        {
            Triggers = state.Triggers.Add("memory-leak", new TriggerState(false, at, at, evidence)).Add("server-errors", new TriggerState(false, at, at, evidence)),
            FiredAt = state.FiredAt.Add("unavailable", at),
        };
    }

    private static IReadOnlyList<RolloutEvent> Decided(RolloutState state, RolloutCommand command, Actor? actor = null) =>
        Accepted(RolloutDecider.Decide(state, command, actor ?? Actor.Timer, Now));

    private static IReadOnlyList<RolloutEvent> Accepted(Decision<RolloutEvent> decision) =>
        Assert.IsType<Decision<RolloutEvent>.Accepted>(decision).Events;

    private static RolloutState Fold(RolloutState state, IReadOnlyList<RolloutEvent> events, DateTimeOffset? at = null) =>
        events.Aggregate(state,
            (folded, e) => RolloutEvolution.Evolve(folded, new Happened<RolloutEvent>(folded.Version + 1, at ?? Now, Actor.Timer, e)));
}
