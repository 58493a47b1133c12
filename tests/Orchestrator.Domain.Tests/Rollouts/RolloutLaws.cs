using CsCheck;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Routing;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Laws of every rollout, whatever people, metrics and the clock do to it.</summary>
public sealed class RolloutLaws
{
    private static readonly Gen<Action<Simulator>> Doing = Doings.Any;
    private static readonly Domain.Plans.Plan Plan = Doings.Plan;

    private static Gen<(RolloutCommand Command, Actor Actor)> Command() => Doings.Command();

    private static void Check(Action<Simulator> law, int steps = 30) =>
        Doing.Array[1, steps].Sample(
            doings =>
            {
                var rollout = Some.Created(Plan);
                rollout.Command(new Start(), Some.Engineer);
                foreach (var doing in doings)
                {
                    doing(rollout);
                }

                law(rollout);
            },
            iter: 60);

    [Fact]
    public void Replaying_any_prefix_gives_the_state_that_was()
    {
        Check(rollout =>
        {
            var state = RolloutState.Initial;
            foreach (var happened in rollout.Events)
            {
                var stored = RolloutEvents.Catalog.Write(happened.Event, Guid.Empty);
                var read = RolloutEvents.Catalog.Read(Recorded(stored, happened));
                state = RolloutEvolution.Evolve(state, happened with { Event = read });
            }

            Assert.Equal(Picture(rollout.State), Picture(state));
        });
    }

    [Fact]
    public void Deciding_the_same_again_changes_nothing()
    {
        Gen.Select(Doing.Array[1, 25],
            Command().Where(c => c.Command is not (Advance { Step: null } or StepBack { Step: null } or ReportFeedback))).Sample(
            (doings, last) =>
            {
                var rollout = Some.Started(Plan);
                foreach (var doing in doings)
                {
                    doing(rollout);
                }

                var first = RolloutDecider.Decide(rollout.State, last.Command, last.Actor, rollout.Now);
                var state = rollout.State;
                foreach (var e in first is Decision<RolloutEvent>.Accepted accepted ? accepted.Events : [])
                {
                    state = RolloutEvolution.Evolve(state, new Happened<RolloutEvent>(state.Version + 1, rollout.Now, last.Actor, e));
                }

                var second = RolloutDecider.Decide(state, last.Command, last.Actor, rollout.Now);
                Assert.True(second is Decision<RolloutEvent>.Refused or Decision<RolloutEvent>.Accepted { Events.Length: 0 }, $"{last.Command} gave {second}");
            },
            iter: 150);
    }

    [Fact]
    public void The_audience_never_shrinks_without_a_step_back_a_rollback_or_a_restored_backup()
    {
        Check(rollout =>
        {
            var state = RolloutState.Initial;
            foreach (var happened in rollout.Events)
            {
                var next = RolloutEvolution.Evolve(state, happened);
                var shrank = next.Percentage < state.Percentage || state.Included.Except(next.Included).Any()
                    || state.Shares.Any(share => StepAudience.Of(next).Of(share.Segment) < share.Percentage)
                    || next.TakenBack.Length > state.TakenBack.Length
                    || (state.Serving && !next.Serving && happened.Event is not RolloutRetired);
                Assert.True(!shrank
                    || happened.Event is PercentageLowered or RolledBack or SegmentRolledBack or RolloutHeld or RolloutAborted, $"{happened.Event} shrank it");
                state = next;
            }
        });
    }

    [Fact]
    public void After_an_end_only_incidents_go_on_and_the_flag_is_let_go()
    {
        Check(rollout =>
        {
            var end = rollout.Events.ToList().FindIndex(e => e.Event is RolloutAborted or RolloutRetired);
            Assert.True(
                end < 0 || rollout.Events.Skip(end + 1).All(e => e.Event is IncidentAcknowledged or IncidentResolved or RolloutRetired));
        });
    }

    [Fact]
    public void A_completed_rollout_goes_forward_only_after_it_was_taken_back()
    {
        Check(rollout =>
        {
            var completed = false;
            foreach (var happened in rollout.Events)
            {
                Assert.False(completed && happened.Event is PercentageRaised or PhaseStarted or RolloutResumed);
                completed = happened.Event is RolloutCompleted || (completed
                    && happened.Event is not (RolledBack or RampStarted or PercentageLowered or RolloutHeld or RolloutRetired));
            }
        });
    }

    [Fact]
    public void A_rolled_back_or_aborted_rollout_routes_no_user_to_new()
    {
        Check(rollout =>
        {
            rollout.Command(new Rollback("law"), Some.Engineer);
            if (rollout.State.Status is not (RolloutStatus.RolledBack or RolloutStatus.Aborted))
            {
                return;
            }

            Assert.Equal(RouteMode.Off, RolloutRoutes.Of(rollout.State).Mode);
        });
    }

    [Fact]
    public void The_next_wake_is_never_in_the_past_without_work_to_do()
    {
        Check(rollout =>
        {
            if (NextWakes.NextWake(rollout.State, rollout.Now) is { } wake && wake <= rollout.Now)
            {
                var decision = RolloutDecider.Decide(rollout.State, new Observe(rollout.State.Entry, null), Actor.Timer, rollout.Now);
                Assert.NotEmpty(Assert.IsType<Decision<RolloutEvent>.Accepted>(decision).Events);
            }
        });
    }

    [Fact]
    public void A_restart_never_advances()
    {
        Check(rollout =>
        {
            // A process that comes back after hours knows only the events and has seen no sample since.
            var later = rollout.Now + TimeSpan.FromHours(30);
            var silent = new Observation(later, [], rollout.Now, false);
            var decision = RolloutDecider.Decide(rollout.State, new Observe(rollout.State.Entry, silent), Actor.Timer, later);
            if (rollout.State.Exposes && decision is Decision<RolloutEvent>.Accepted accepted)
            {
                Assert.DoesNotContain(accepted.Events, e => e is StepCompleted or StepStarted or PercentageRaised or RolloutCompleted);
            }
        });
    }

    private static RecordedEvent Recorded(NewEvent stored, Happened<RolloutEvent> happened) => new()
    {
        Position = happened.Version,
        Stream = "rollout/x",
        Version = happened.Version,
        Id = stored.Id,
        Type = stored.Type,
        Schema = stored.Schema,
        At = happened.At,
        Actor = happened.Actor,
        Cause = null,
        Correlation = null,
        CommandId = "c",
        Data = stored.Data,
        Hash = default,
    };

    /// <summary>All that a state says, as text: records with arrays inside do not compare by content.</summary>
    private static string Picture(RolloutState state) =>
        System.Text.Json.JsonSerializer.Serialize(
            new
            {
                state.Id,
                state.Plan.Hash,
                state.Revision,
                state.Environment,
                state.Salt,
                state.Status,
                state.Version,
                state.Since,
                state.LastAt,
                state.PhaseIndex,
                state.StepIndex,
                state.Entry,
                state.StepSince,
                state.PhaseSince,
                state.ExposedSince,
                state.PausedAt,
                state.HoldWaived,
                state.Overran,
                state.Percentage,
                state.Included,
                state.Shares,
                state.TakenBack,
                Triggers = state.Triggers.OrderBy(t => t.Key),
                Criteria = state.Criteria.OrderBy(c => c.Key),
                state.EvidenceLostAt,
                state.EvidenceSince,
                state.Reviews,
                state.Checkpoints,
                Objectives = state.Objectives.Order(),
                state.Incidents,
                Alerts = state.Alerts.Order(),
                state.Ramp,
                state.LoweredAt,
                state.ComparedSince,
                Comparisons = state.Comparisons.OrderBy(c => c.Key),
                Restored = state.Restored.OrderBy(s => s.Key),
                state.Completion,
                KeptBack = state.KeptBack.OrderBy(s => s.Key),
                state.Successor,
                state.Rollback,
                Unmeasured = state.Unmeasured.OrderBy(u => u.Key),
                FiredAt = state.FiredAt.OrderBy(f => f.Key),
                state.LineStopped,
            },
            EventCatalog<RolloutEvent>.Json);
}
