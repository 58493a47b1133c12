using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Environments;

/// <summary>Decides about an environment's flags.</summary>
public static class EnvironmentDecider
{
    /// <summary>Code of the refusal of a flag that another rollout holds.</summary>
    public const string FlagTaken = "rollout.flag_taken";

    /// <summary>The events that follow from a command; none when the state is already as wanted.</summary>
    public static Decision<EnvironmentEvent> Decide(EnvironmentState state, EnvironmentCommand command) => command switch
    {
        EnvironmentCommand.Set c => Set(state, c),
        EnvironmentCommand.Remove c when state.Flags.ContainsKey(c.Key) =>
            Decision<EnvironmentEvent>.Of(new EnvironmentEvent.FlagRemoved(c.Key)),
        EnvironmentCommand.Remove => Decision<EnvironmentEvent>.Of(),
        EnvironmentCommand.StopLine when state.Line is not null => Decision<EnvironmentEvent>.Of(),
        EnvironmentCommand.StopLine c => Decision<EnvironmentEvent>.Of(new EnvironmentEvent.LineStopped(c.Reason)),
        EnvironmentCommand.ResumeLine when state.Line is null => Decision<EnvironmentEvent>.Of(),
        EnvironmentCommand.ResumeLine c => Decision<EnvironmentEvent>.Of(new EnvironmentEvent.LineResumed(c.Reason)),
        EnvironmentCommand.ClaimFlag c => Claim(state, c),
        EnvironmentCommand.ReleaseFlag c when state.Claims.GetValueOrDefault(c.Flag)?.Rollout == c.Rollout =>
            Decision<EnvironmentEvent>.Of(new EnvironmentEvent.FlagReleased(c.Flag, c.Rollout)),
        EnvironmentCommand.ReleaseFlag => Decision<EnvironmentEvent>.Of(),
        EnvironmentCommand.KeepSalt c when state.Salts.ContainsKey(c.Plan) => Decision<EnvironmentEvent>.Of(),
        EnvironmentCommand.KeepSalt c => Decision<EnvironmentEvent>.Of(new EnvironmentEvent.PlanSalted(c.Plan, c.Salt)),
        _ => throw new InvalidOperationException($"Unknown command {command}."),
    };

    private static Decision<EnvironmentEvent> Claim(EnvironmentState state, EnvironmentCommand.ClaimFlag command)
    {
        var holder = state.Claims.GetValueOrDefault(command.Flag)?.Rollout;
        return holder == command.Rollout ? Decision<EnvironmentEvent>.Of()
            : holder == command.Instead ? Decision<EnvironmentEvent>.Of(new EnvironmentEvent.FlagClaimed(command.Flag, command.Rollout))
            : Decision<EnvironmentEvent>.No(FlagTaken, $"Rollout {holder} of flag '{command.Flag}' is not finished; finish or abort it first.");
    }

    private static Decision<EnvironmentEvent> Set(EnvironmentState state, EnvironmentCommand.Set command)
    {
        var changed = command.Flags.Where(flag => !(state.Flags.TryGetValue(flag.Key, out var now) && JsonValue.Same(now, flag.Json)))
            .ToArray();
        if (state.Flags.Count + changed.Count(flag => !state.Flags.ContainsKey(flag.Key)) > EnvironmentState.MostFlags)
        {
            return Decision<EnvironmentEvent>.No("environment.full", $"An environment holds at most {EnvironmentState.MostFlags} static flags.");
        }

        return Decision<EnvironmentEvent>.Of([.. changed.Select(flag => new EnvironmentEvent.FlagSet(flag.Key, flag.Json))]);
    }
}
