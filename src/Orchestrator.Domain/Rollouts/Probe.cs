using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Rollouts;

/// <summary>Answer of the decider to a command that is not sent: a button knows it before it is pressed.</summary>
/// <param name="Can">True when the command would be accepted and change something.</param>
/// <param name="Code">Code of the refusal; null when it can, and when nothing would change.</param>
/// <param name="Reason">Sentence of the refusal, or the reason why nothing would change; null when it can.</param>
/// <param name="Consequence">Changes that it would make, in one or more sentences; null when it cannot.</param>
public sealed record Probe(bool Can, string? Code, string? Reason, string? Consequence)
{
    /// <summary>The probe of a refusal from elsewhere.</summary>
    public static Probe Refused(string? code, string reason) => new(false, code, reason, null);

    /// <summary>Asks about a command on a rollout.</summary>
    /// <param name="state">The rollout.</param>
    /// <param name="command">The command, with all that its grain adds to it.</param>
    /// <param name="actor">The actor who would send it.</param>
    /// <param name="now">The moment of the question.</param>
    public static Probe Of(RolloutState state, RolloutCommand command, Actor actor, DateTimeOffset now)
    {
        switch (RolloutDecider.Decide(state, command, actor, now))
        {
            case Decision<RolloutEvent>.Refused refused:
                return Refused(refused.Code, refused.Message);
            case Decision<RolloutEvent>.Accepted { Events: var events } when events.Any(one => one is not ClockCorrected):
                var (after, version) = (state, state.Version);
                foreach (var happened in events)
                {
                    after = RolloutEvolution.Evolve(after, new Happened<RolloutEvent>(++version, now, actor, happened));
                }

                return new Probe(true, null, null, Consequences(state, after, events));
            default:
                return Refused(null, Already(command));
        }
    }

    private static string Already(RolloutCommand command) => command switch
    {
        Start => "The rollout is started already.",
        Pause => "The rollout is paused already.",
        Resume => "The rollout is running already.",
        Advance { Override: true } => "An override is requested already.",
        Rollback { Segments: { Length: > 0 } some } => $"On legacy already: {string.Join(", ", some)}.",
        Rollback { Ramp: true } => "Load returns to legacy already.",
        Rollback => "The rollout is rolled back already.",
        Restore { Segments: { Length: > 0 } some } => $"Not taken back: {string.Join(", ", some)}.",
        Restore => "The rollout is not rolled back.",
        KeepBack { Segments: [] } => "No segment on legacy waits for a decision.",
        KeepBack keep => $"Kept on legacy already: {string.Join(", ", keep.Segments)}.",
        Confirm => "The rollout waits for no confirmation.",
        Abort => "The rollout is aborted already.",
        Retire => "The rollout is retired already.",
        DecideReview => "You have decided so already.",
        CompleteObjective => "The objective is completed already.",
        AcknowledgeIncident => "The incident is acknowledged already.",
        ResolveIncident => "The incident has ended already.",
        _ => "Nothing would change.",
    };

    private static string Consequences(RolloutState before, RolloutState after, ImmutableArray<RolloutEvent> events)
    {
        var (now, then) = (Audience(before), Audience(after));
        string[] sentences = [.. events.Select(Sentence).OfType<string>(), now == then ? $"No user moves: {now} on new." : $"On new: {now} now, {then} then."];
        return string.Join(" ", sentences.Distinct());
    }

    private static string? Sentence(RolloutEvent happened) => happened switch
    {
        StepStarted e => $"Step {e.Step} of phase {e.Phase} begins.",
        HoldWaived => "The hold ends early.",
        RampStarted e => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"Load returns to legacy in pieces of {e.Share}% every {Durations.Format(e.Per)}."),
        PercentageLowered e => $"Step {e.Step} of phase {e.Phase} holds from then on.",
        RolloutPaused => "Advancing is paused; triggers watch on.",
        RolloutResumed => "Time counts again, and steps may follow.",
        RolledBack => "It stays so until a person restores it.",
        SegmentRolledBack e => $"On legacy until a person restores them: {string.Join(", ", e.Segments)}.",
        SegmentKeptBack e => $"They no longer hold the end of the rollout: {string.Join(", ", e.Segments)}.",
        RolloutRestored e => $"The rollout continues at step {e.Step} of phase {e.Phase}.",
        RolloutAborted => "The rollout ends for good.",
        RolloutCompleted => "The rollout is completed, and serves until it is retired.",
        RolloutRetired e => $"The flag has its static value from then on: {e.Value}.",
        RolloutConfirmed => "The rollout continues where the backup left it.",
        IncidentOpened e => $"An incident ({e.Severity}) is opened, and channels are notified.",
        IncidentAcknowledged => "The incident names you from then on.",
        IncidentResolved => "The incident is resolved.",
        ReviewOpened { RequestedBy: not null } e => $"Review {e.Review} is opened: a second person decides.",
        ReviewDecided { Approved: true, Lacks: { } lacks } e => $"Review {e.Review} then lacks {lacks}.",
        ReviewClosed { Outcome: ReviewOutcome.Approved } e => $"Review {e.Review} is approved.",
        ReviewClosed { Outcome: ReviewOutcome.Rejected } e => $"Review {e.Review} is rejected.",
        ReviewClosed { Outcome: ReviewOutcome.Withdrawn } e => $"Review {e.Review} is withdrawn.",
        ObjectiveCompleted e => $"Objective {e.Objective} is completed.",
        _ => null,
    };

    private static string Audience(RolloutState state)
    {
        var audience = state.Serving ? StepAudience.Of(state).Without(state.TakenBack) : StepAudience.None;
        return audience.Percentage == Share.None && audience.Segments.IsEmpty && audience.Shares.IsEmpty ? "no user" : audience.Text;
    }
}
