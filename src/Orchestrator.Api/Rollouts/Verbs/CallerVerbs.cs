using Orchestrator.Api.Access;
using Orchestrator.Api.Environments;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Api.Rollouts.Verbs;

/// <summary>
/// Verbs of a rollout as one caller sees them. Each is a command that the decider is asked about and that is not sent, completed as the
/// endpoint and the grain complete it, from this node's view of the log.
/// </summary>
/// <param name="viewer">The caller.</param>
/// <param name="state">The rollout.</param>
/// <param name="seen">The newest round's observation; null when it is not known here.</param>
internal sealed class CallerVerbs(Viewer viewer, RolloutState state, Observation? seen)
{
    /// <summary>Most forms of one verb that are asked about: a plan may have hundreds of segments.</summary>
    public const int MostForms = 200;

    private static readonly RolloutVerbs.Verb Approve = RolloutVerbs.All.Single(verb => verb.Name == "approve");
    private static readonly RolloutVerbs.Verb Reject = RolloutVerbs.All.Single(verb => verb.Name == "reject");
    private static readonly RolloutVerbs.Verb Back = RolloutVerbs.All.Single(verb => verb.Name == "rollback");

    /// <summary>The rollout that decides the flag in place of this completed one; null when this one does.</summary>
    private readonly Lazy<string?> _other = new(() => Succession.Other(viewer.World, state.Id));

    /// <summary>The caller.</summary>
    public Viewer Viewer => viewer;

    /// <summary>Every verb of the rollout, then those of its environment's line.</summary>
    public IEnumerable<VerbView> All() => [.. RolloutVerbs.All.Select(verb => Of(verb)), .. LineVerbs.Of(viewer, state.Environment)];

    /// <summary>The rollback.</summary>
    public VerbView Rollback() => Of(Back);

    /// <summary>Go and no-go in one open review.</summary>
    public IEnumerable<VerbView> OfReview(string review) =>
        [Of(Approve, new DecideReview(review, true, null)), Of(Reject, new DecideReview(review, false, ""))];

    private VerbView Of(RolloutVerbs.Verb verb)
    {
        (RolloutVerbs.Form Form, Probe Probe)[] asked =
            [.. verb.Forms(state).Take(MostForms).Select(form => (form, Ask(verb, form.Command, form)))];
        var options = asked.Where(one => one.Form.Option is not null).Select(one => new VerbOption(
            one.Form.Option!, one.Form.Option == "value" ? Static() : one.Form.Value, one.Probe.Can, one.Probe.Code, one.Probe.Reason,
            one.Probe.Consequence)).ToArray();
        var plain = Array.Find(asked, one => one.Form.Option is null).Probe
            ?? asked.Select(one => one.Probe).OrderByDescending(one => one.Can).FirstOrDefault()
            ?? Probe.Refused(null, verb.Without);
        return Of(verb, plain) with { Options = options.Length == 0 ? null : options };
    }

    private VerbView Of(RolloutVerbs.Verb verb, RolloutCommand command) => Of(verb, Ask(verb, command, new RolloutVerbs.Form(command)));

    private VerbView Of(RolloutVerbs.Verb verb, Probe probe) =>
        viewer.Verb(
            verb.Name, verb.Words, $"/api/v1/rollouts/{state.Id}/{verb.Name}", verb.Needs, state.Environment, () => probe, verb.Anywhere);

    private Probe Ask(RolloutVerbs.Verb verb, RolloutCommand command, RolloutVerbs.Form form)
    {
        if (viewer.Blocked(verb.Needs, verb.Anywhere && command is not RolloutCommand.Rollback { Ramp: true }) is { } blocked)
        {
            return blocked;
        }

        if (_other.Value is { } other && command is RolloutCommand.Rollback or StepBack or Restore)
        {
            var refused = Succession.Refused(state.Id, other);
            return Probe.Refused(refused.Code, refused.Message!);
        }

        if ((viewer.Unreadable(RolloutEvents.Stream(state.Id)) ?? Taken(command)) is { } elsewhere)
        {
            return elsewhere;
        }

        if (command is Advance && state.Status == RolloutStatus.Running && seen is null && NoDataPolicy.Unheard(state, null).Any())
        {
            return Probe.Refused(null, "The newest measurements are not known on this node at the moment; try again.");
        }

        var probe = Probe.Of(state, Completed(command, form), viewer.Caller.Actor, viewer.Now);
        probe = probe.Reason is { } reason
            ? probe with { Reason = StoppedLine.Named(viewer.World, state.Environment, probe.Code, reason) }
            : probe;
        return probe.Can && command is Start ? Predecessor() ?? probe : probe;
    }

    /// <summary>The command with what the endpoint and the grain add to it.</summary>
    private RolloutCommand Completed(RolloutCommand command, RolloutVerbs.Form form)
    {
        var line = StoppedLine.Of(viewer.World, state.Environment);
        var access = viewer.World.Access;
        return command switch
        {
            Start start => start with { LineStopped = line?.Reason, LineStoppedBy = line?.By },
            Restore restore => restore with { LineStopped = line?.Reason, LineStoppedBy = line?.By },
            Advance advance => advance with { Seen = seen },
            Retire retire when _other.Value is { } other => retire with { Successor = other },
            Retire retire when Static() is { } value => retire with { Static = value, Expected = form.Option is null ? null : value },
            DecideReview decision => decision with
            {
                Origin = access.OriginOf(viewer.Caller.KeyId),
                Asker = state.Reviews.FirstOrDefault(one => one.Id == decision.Review)?.RequestedBy is { } asker
                    ? access.OriginOf(asker)
                    : null,
            },
            _ => command,
        };
    }

    private string? Static() =>
        viewer.World.Environments.GetValueOrDefault(state.Environment)?.State.Flags.GetValueOrDefault(state.Plan.Flag);

    /// <summary>Refusal of a command that puts users on new while another rollout holds the flag.</summary>
    private Probe? Taken(RolloutCommand command)
    {
        if (command is not Start && !(command is Restore { Segments: null } && state.Status == RolloutStatus.RolledBack))
        {
            return null;
        }

        var environment = viewer.World.Environments.GetValueOrDefault(state.Environment)?.State ?? EnvironmentState.Initial;
        var holder = environment.Claims.GetValueOrDefault(state.Plan.Flag)?.Rollout;
        var over = holder is not null && viewer.World.Rollouts.GetValueOrDefault(holder)?.State is not { Unfinished: true };
        var claim = new EnvironmentCommand.ClaimFlag(state.Plan.Flag, state.Id, over ? holder : null);
        return EnvironmentDecider.Decide(environment, claim) is Decision<EnvironmentEvent>.Refused refused
            ? Probe.Refused(refused.Code, refused.Message)
            : null;
    }

    /// <summary>Refusal of a start whose predecessor cannot be retired.</summary>
    private Probe? Predecessor() => FlagSuccession.Predecessors(viewer.World, state)
        .Select(former => RolloutDecider.Decide(former, FlagSuccession.Retirement(state), viewer.Caller.Actor, viewer.Now))
        .OfType<Decision<RolloutEvent>.Refused>().Select(refused => Probe.Refused(refused.Code, refused.Message)).FirstOrDefault();
}
