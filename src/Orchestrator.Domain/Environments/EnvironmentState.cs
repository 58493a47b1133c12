using System.Collections.Immutable;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Environments;

/// <summary>The static flags of one environment: JSON text by key, compared exactly.</summary>
public sealed record EnvironmentState(ImmutableSortedDictionary<string, string> Flags)
{
    /// <summary>Most flags an environment holds, so that a table stays small.</summary>
    public const int MostFlags = 1000;

    /// <summary>No flag.</summary>
    public static readonly EnvironmentState Initial = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The state after what happened.</summary>
    public EnvironmentState Evolve(Happened<EnvironmentEvent> happened) => happened.Event switch
    {
        EnvironmentEvent.FlagSet e => this with { Flags = Flags.SetItem(e.Key, e.Value) },
        EnvironmentEvent.FlagRemoved e => this with { Flags = Flags.Remove(e.Key) },
        var unknown => throw new InvalidOperationException($"Unknown event {unknown}."),
    };
}
