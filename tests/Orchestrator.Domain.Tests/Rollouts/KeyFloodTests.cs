using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Events that one key causes by saying the same again and again.</summary>
public sealed class KeyFloodTests
{
    private const string Alert = "HighLatency";

    private RolloutState _state = Some.Started().State;
    private DateTimeOffset _now = Some.Start + TimeSpan.FromMinutes(1);

    [Fact]
    public void Groups_that_change_for_ever_make_a_bounded_number_of_events_a_minute()
    {
        Assert.Null(Say(Firing(0)));
        for (var i = 1; i < 2_000; i++)
        {
            Say(Firing(i));
        }

        Assert.InRange(_state.Version, EventRateLimits.MostAlerts, EventRateLimits.MostAlerts + 10);
        Assert.Equal("alerts.too_many", Say(Firing(5_000)));
        _now += TimeSpan.FromMinutes(1);
        Assert.Null(Say(Firing(5_000)));
    }

    [Fact]
    public void Alert_that_is_raised_is_taken_also_in_a_flood()
    {
        for (var i = 0; i < 2_000; i++)
        {
            Say(Some.Alerts(Alert, firing: [$"{i}"], group: "a"));
            Say(Some.Alerts(Alert, resolved: [$"{i}"], group: "a"));
        }

        Assert.InRange(_state.Version, EventRateLimits.MostAlerts, 2 * EventRateLimits.MostAlerts);
        Assert.Contains(Alert, _state.Alerts);
    }

    [Fact]
    public void Pause_and_resume_in_a_loop_end_paused_and_a_rollback_is_taken_at_any_time()
    {
        string? refused = null;
        for (var i = 0; i < 500; i++)
        {
            Say(new Pause(null));
            refused ??= Say(new Resume(null));
        }

        Assert.Equal("rollout.too_many", refused);
        Assert.Equal(RolloutStatus.Paused, _state.Status);
        Assert.InRange(_state.Version, EventRateLimits.MostForward, 3 * EventRateLimits.MostForward);
        Assert.Null(Say(new Rollback("bad")));
        Assert.Equal(RolloutStatus.RolledBack, _state.Status);
    }

    [Fact]
    public void Overrides_asked_for_and_rejected_in_a_loop_are_bounded()
    {
        string? refused = null;
        for (var i = 0; i < 500 && refused is null; i++)
        {
            refused = Say(new Advance(null, true, "now"));
            if (_state.Reviews.LastOrDefault(review => review.Open) is { } review)
            {
                Say(new DecideReview(review.Id, false, "no"), Some.Product);
            }
        }

        Assert.Equal("rollout.too_many", refused);
        Assert.InRange(_state.Reviews.Length, 2, EventRateLimits.MostForward);
    }

    [Fact]
    public void Rollback_is_taken_after_each_restore_and_restores_are_bounded()
    {
        for (var i = 0; i < 500; i++)
        {
            Assert.Null(Say(new Rollback("bad")));
            Say(new Restore("better"));
        }

        Assert.Equal(RolloutStatus.RolledBack, _state.Status);
        Assert.InRange(_state.Incidents.Length, 2, EventRateLimits.MostForward + 1);
    }

    [Fact]
    public void Feedback_is_bounded_in_messages_and_in_kinds()
    {
        for (var i = 0; i < EventRateLimits.MostKinds; i++)
        {
            Assert.Null(Say(new ReportFeedback($"kind-{i}", 1)));
        }

        Assert.Equal("feedback.too_many_kinds", Say(new ReportFeedback("kind-more", 1)));
        for (var i = EventRateLimits.MostKinds; i < EventRateLimits.MostFeedback; i++)
        {
            Assert.Null(Say(new ReportFeedback("kind-1", 1)));
        }

        Assert.Equal("feedback.too_many", Say(new ReportFeedback("kind-1", 1)));
        _now += TimeSpan.FromMinutes(1);
        Assert.Null(Say(new ReportFeedback("kind-1", 1)));
        Assert.Equal("feedback.too_many_kinds", Say(new ReportFeedback("kind-more", 1)));
    }

    [Fact]
    public void Clock_that_was_ahead_closes_no_door()
    {
        _now += TimeSpan.FromDays(30);
        for (var i = 0; i < EventRateLimits.MostFeedback; i++)
        {
            Say(new ReportFeedback("complaint", 1));
        }

        _now -= TimeSpan.FromDays(30);

        Assert.Null(Say(new ReportFeedback("complaint", 1)));
    }

    private static ReportAlerts Firing(int i) => Some.Alerts(Alert, firing: [$"{i}"], group: $"g{i}");

    /// <summary>Decides and folds; the code of a refusal, null for none.</summary>
    private string? Say(RolloutCommand command, Actor? actor = null)
    {
        switch (RolloutDecider.Decide(_state, command, actor ?? Some.Admin, _now))
        {
            case Decision<RolloutEvent>.Accepted accepted:
                _state = accepted.Events.Aggregate(_state,
                    (state, e) => RolloutEvolution.Evolve(state, new Happened<RolloutEvent>(state.Version + 1, _now, Some.Admin, e)));
                return null;
            case Decision<RolloutEvent>.Refused refused:
                return refused.Code;
            default:
                throw new InvalidOperationException();
        }
    }
}
