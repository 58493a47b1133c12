using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Environments;

/// <summary>The static flags of one environment (JSON text by key, compared exactly), and the state of its line.</summary>
public sealed record EnvironmentState(ImmutableSortedDictionary<string, string> Flags) : IAggregateState<EnvironmentState, EnvironmentEvent>
{
    /// <summary>Reason and start of the stop while no rollout advances here; null while they may.</summary>
    public EnvironmentHalt? Line { get; init; }

    /// <summary>
    /// The rollout that holds each flag, and since when; it may be finished. At most one entry for each flag that plans name.
    /// </summary>
    public ImmutableDictionary<string, FlagClaim> Claims { get; init; } = ImmutableDictionary<string, FlagClaim>.Empty;

    /// <summary>Newest change of each static flag; one entry for each of <see cref="Flags"/>.</summary>
    public ImmutableDictionary<string, FlagChange> Changes { get; init; } = ImmutableDictionary<string, FlagChange>.Empty;

    /// <summary>Salts of plans whose rollouts share one, by the plan's name; at most one for each plan.</summary>
    public ImmutableDictionary<string, string> Salts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Most flags an environment holds, so that a table stays small.</summary>
    public const int MostFlags = 1000;

    /// <summary>No flag.</summary>
    public static EnvironmentState Initial { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The state after an event.</summary>
    public EnvironmentState Evolve(Happened<EnvironmentEvent> happened) => happened.Event switch
    {
        EnvironmentEvent.FlagSet e => this with
        {
            Flags = Flags.SetItem(e.Key, e.Value),
            Changes = Changes.SetItem(e.Key, new FlagChange(happened.At, happened.Actor)),
        },
        EnvironmentEvent.FlagRemoved e => this with { Flags = Flags.Remove(e.Key), Changes = Changes.Remove(e.Key) },
        EnvironmentEvent.LineStopped e => this with { Line = new EnvironmentHalt(e.Reason, happened.At, happened.Actor.Id) },
        EnvironmentEvent.LineResumed => this with { Line = null },
        EnvironmentEvent.FlagClaimed e => this with { Claims = Claims.SetItem(e.Flag, new FlagClaim(e.Rollout, happened.At)) },
        EnvironmentEvent.FlagReleased e when Claims.TryGetValue(e.Flag, out var claim) && claim.Rollout == e.Rollout =>
            this with { Claims = Claims.Remove(e.Flag) },
        EnvironmentEvent.FlagReleased => this,
        EnvironmentEvent.PlanSalted e => this with { Salts = Salts.ContainsKey(e.Plan) ? Salts : Salts.Add(e.Plan, e.Salt) },
        var unknown => throw new InvalidOperationException($"Unknown event {unknown}."),
    };
}

/// <summary>A stop of the line.</summary>
/// <param name="Reason">Reason as given.</param>
/// <param name="Since">Start of the stop, UTC.</param>
/// <param name="By">Id of the key or person that stopped it.</param>
public sealed record EnvironmentHalt(string Reason, DateTimeOffset Since, string By);

/// <summary>A rollout holds a flag.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Since">Time of the claim, UTC.</param>
public sealed record FlagClaim(string Rollout, DateTimeOffset Since);

/// <summary>Newest change of a static flag.</summary>
/// <param name="At">Time, UTC.</param>
/// <param name="By">Actor.</param>
public sealed record FlagChange(DateTimeOffset At, Actor By);
