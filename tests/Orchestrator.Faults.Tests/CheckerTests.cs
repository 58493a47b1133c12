using Orchestrator.Faults.Checking;
using Orchestrator.Faults.Recording;
using static Orchestrator.Faults.Tests.Recordings;

namespace Orchestrator.Faults.Tests;

/// <summary>Every invariant is silent about a good recording and speaks of exactly the one thing that is wrong in a bad one.</summary>
public sealed class CheckerTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    [Fact]
    public void A_good_recording_is_clean_and_proves_something_of_each_invariant()
    {
        foreach (var finding in Checker.Check(new Evidence(Clean()), Bound))
        {
            Assert.True(finding.Clean, $"{finding.Invariant}: {string.Join("; ", finding.Violations)}");
            Assert.True(finding.Cases > 0, finding.Invariant);
        }
    }

    [Fact]
    public void An_empty_recording_proves_nothing() =>
        Assert.All(Checker.Check(new Evidence([]), Bound), finding => Assert.Equal(0, finding.Cases));

    [Fact]
    public void New_to_a_question_sent_after_the_bound_is_a_violation() =>
        Violates<NoNewAfterRollback>(Answer(13.2, "new", position: 2, node: "b/1", asked: 13.1));

    [Fact]
    public void New_after_the_bound_is_counted_from_the_first_sign_of_the_commit()
    {
        // The stream told of the second rollback at 40; no command has answered for it.
        Violates<NoNewAfterRollback>(Answer(44, "new", position: 4, node: "b/1", reason: "STALE", asked: 43.01));
        Holds<NoNewAfterRollback>(Answer(44, "new", position: 4, node: "b/1", reason: "STALE", asked: 42.99));
    }

    [Fact]
    public void New_after_a_restore_was_sent_is_none() =>
        Holds<NoNewAfterRollback>(Answer(29.95, "new", position: 4, asked: 29.92), Answer(31, "new", position: 4, user: "v"));

    [Fact]
    public void New_from_a_table_that_holds_the_rollback_is_a_violation_at_once() =>
        Violates<RollbackKnownMeansLegacy>(Answer(10.05, "new", position: 3, user: "other"));

    [Fact]
    public void A_command_that_was_acknowledged_and_left_no_event_is_lost() =>
        Violates<NothingAcknowledgedIsLost>(new Entry.Commanded(50, 49, "c9", Rollout, "pause", "a/1", 200, null, 6, 1));

    [Fact]
    public void A_command_whose_version_the_stream_never_reached_is_lost() =>
        Violates<NothingAcknowledgedIsLost>(new Entry.Commanded(50, 49, "c2", Rollout, "resume", "a/1", 200, null, 7, 1));

    [Fact]
    public void A_command_that_was_refused_may_leave_nothing() =>
        Holds<NothingAcknowledgedIsLost>(new Entry.Commanded(50, 49, "c9", Rollout, "pause", "a/1", 409, "x", null, 1),
            new Entry.Commanded(50, 49, "c8", Rollout, "pause", "a/1", 0, "x", null, 1));

    [Fact]
    public void An_event_that_a_stream_has_shown_and_the_log_has_not_is_lost() =>
        Violates<NothingAcknowledgedIsLost>(new Entry.Noticed(50, "a/1", "rollout/" + Rollout, 7, "e7", "RolloutPaused", null));

    [Fact]
    public void A_position_that_holds_another_event_than_was_shown_is_a_loss() =>
        Violates<NothingAcknowledgedIsLost>(new Entry.Noticed(50, "c/1", "rollout/" + Rollout, 6, "other", "RolloutPaused", null));

    [Fact]
    public void A_gap_in_a_stream_is_a_violation() => Violates<VersionsWithoutGaps>(Event("b/1", 7, "RolloutPaused", version: 8));

    [Fact]
    public void A_version_that_comes_twice_is_a_violation() => Violates<VersionsWithoutGaps>(Event("a/1", 7, "RolloutPaused", version: 6));

    [Fact]
    public void A_node_that_reads_another_log_is_a_violation() => Violates<OneLog>(Event("b/1", 7, "RolloutPaused"));

    [Fact]
    public void A_command_that_was_done_twice_is_a_violation() => Violates<OneEffectForOneCause>(Event("a/1", 7, "RolloutRestored", "c2"), Event("a/1", 8, "RolledBack"));

    [Fact]
    public void A_second_rollback_without_a_restore_between_is_a_violation() => Violates<OneEffectForOneCause>(Event("a/1", 7, "RolledBack"));

    [Fact]
    public void A_trigger_that_fires_twice_for_one_breach_is_a_violation() =>
        Violates<OneEffectForOneCause>(Event("a/1", 7, "TriggerFired", data: """{"trigger":"errors","since":"2026-01-01T00:00:00Z"}"""));

    [Fact]
    public void A_trigger_that_fires_for_another_breach_is_none() =>
        Holds<OneEffectForOneCause>(Event("a/1", 7, "TriggerFired", data: """{"trigger":"errors","since":"2026-01-02T00:00:00Z"}"""));

    [Fact]
    public void An_event_that_is_in_the_log_twice_is_a_violation() => Violates<OneEffectForOneCause>(Event("a/1", 7, "RolloutPaused", id: "e2"));

    [Fact]
    public void A_position_that_falls_is_a_violation() => Violates<PositionsNeverGoBack>(Answer(43, "legacy", position: 3, user: "w"));

    [Fact]
    public void Answers_that_overtake_each_other_are_none() =>
        Holds<PositionsNeverGoBack>(Answer(41.05, "legacy", position: 5, asked: 40.9, user: "w"));

    [Fact]
    public void A_position_that_falls_in_another_process_of_the_node_is_none() =>
        Holds<PositionsNeverGoBack>(Answer(43, "legacy", position: 3, node: "a/2", user: "w"));

    [Fact]
    public void Two_variants_for_one_user_at_one_position_are_a_violation() =>
        Violates<SameAnswerEverywhere>(Answer(31, "legacy", position: 4, node: "b/1"));

    [Fact]
    public void A_stale_answer_may_differ() => Holds<SameAnswerEverywhere>(Answer(31, "legacy", position: 4, node: "b/1", reason: "STALE"));

    [Fact]
    public void An_answer_that_the_journey_does_not_have_is_a_violation_on_each_node() =>
        Assert.Equal(2, Violations<JourneysAreWhatWasServed>([Answer(31, "legacy", position: 5)]).Length);

    [Fact]
    public void A_stale_answer_and_one_of_a_user_without_a_journey_are_compared_with_none() => Holds<JourneysAreWhatWasServed>(
        Answer(31, "legacy", position: 5, reason: "STALE"), Answer(31, "legacy", position: 5, user: "w"));

    [Fact]
    public void A_stream_that_leaves_an_event_out_is_a_violation() => Violates<StreamsMissNothing>(
        new Entry.Noticed(50, "c/1", "rollout/" + Rollout, 4, "e4", "RolloutRestored", null), new Entry.Noticed(51, "c/2", "rollout/" + Rollout, 6, "e6", "RolledBack", null));

    [Fact]
    public void A_stream_that_repeats_an_event_is_a_violation() =>
        Violates<StreamsMissNothing>(new Entry.Noticed(50, "b/1", "rollout/" + Rollout, 6, "e6", "RolledBack", null));

    [Fact]
    public void A_state_that_is_not_what_its_events_say_is_a_violation() =>
        Violates<ReplayIsLive>(new Entry.Stood(60, "c/1", Rollout, 5, "percentage=50", "percentage=25"));

    [Fact]
    public void Two_nodes_that_hold_a_version_differently_are_a_violation() =>
        Violates<ReplayIsLive>(new Entry.Stood(60, "c/1", Rollout, 6, "status=running", "status=running"));

    [Fact]
    public void A_broken_chain_is_a_violation() => Violates<ChainsAreIntact>(new Entry.Verified(60, "b/1", Rollout, 6, false));

    [Fact]
    public void A_chain_that_is_verified_in_part_is_a_violation() =>
        Violates<ChainsAreIntact>(new Entry.Verified(60, "b/1", Rollout, 5, true));

    [Fact]
    public void An_event_without_a_notification_is_a_violation() => Violates<NotificationsArrive>(new Entry.Expected(0, Rollout, ["RolloutRestored"]));

    [Fact]
    public void One_event_told_under_two_ids_is_a_violation() =>
        Violates<NotificationsArrive>(new Entry.Told(41, "n3", "e6", "RolledBack", Rollout, false));

    [Fact]
    public void Two_events_told_under_one_id_are_a_violation() =>
        Violates<NotificationsArrive>(new Entry.Told(41, "n2", "e5", "TriggerFired", Rollout, false));

    private static void Violates<T>(params Entry[] more)
        where T : Invariant
    {
        var violations = Violations<T>(more);
        Assert.Single(violations);
    }

    private static void Holds<T>(params Entry[] more)
        where T : Invariant => Assert.Empty(Violations<T>(more));

    private static string[] Violations<T>(Entry[] more)
        where T : Invariant => [.. Checker.Invariants(Bound).OfType<T>().Single().Violations(new Evidence([.. Clean(), .. more]))];
}
