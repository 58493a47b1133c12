using System.Collections.Immutable;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>Everything that a world knows of some of its streams. The stream of keys is in none: it is read from the log.</summary>
internal sealed record WorldPart
{
    public ImmutableArray<Named<Entry<EnvironmentState>>> Environments { get; init; } = [];

    public ImmutableArray<Named<Entry<PlanState>>> Plans { get; init; } = [];

    public ImmutableArray<Named<Entry<SegmentState>>> Segments { get; init; } = [];

    public ImmutableArray<Named<Entry<RolloutState>>> Rollouts { get; init; } = [];

    /// <summary>Entries of rollouts whose states are in the log alone.</summary>
    public ImmutableArray<FinishedRollout> Finished { get; init; } = [];

    public ImmutableArray<Named<ChainEnd>> Ends { get; init; } = [];

    public ImmutableArray<Named<string>> Quarantined { get; init; } = [];

    public ImmutableArray<Named<ChainBreak>> Broken { get; init; } = [];

    /// <summary>The part of a world that these streams are.</summary>
    public static WorldPart Of(World world, IReadOnlyList<string> streams) => new()
    {
        Environments = Some(world.Environments, streams, EnvironmentEvents.Prefix),
        Plans = Some(world.Plans, streams, PlanEvents.Prefix),
        Segments = Some(world.Segments, streams, SegmentEvents.Prefix),
        Rollouts = Some(world.Rollouts, streams, RolloutEvents.Prefix),
        Finished = [.. streams.Select(world.Finished.OfStream).OfType<FinishedRollout>()],
        Ends = Some(world.Ends, streams),
        Quarantined = Some(world.Quarantined, streams),
        Broken = Some(world.Broken, streams),
    };

    /// <summary>The world that some parts make; all parts of a snapshot make the whole.</summary>
    public static World Join(World empty, IReadOnlyList<WorldPart> parts) => empty with
    {
        Environments = Joined(parts, part => part.Environments),
        Plans = Joined(parts, part => part.Plans),
        Segments = Joined(parts, part => part.Segments),
        Rollouts = Joined(parts, part => part.Rollouts),
        Finished = FinishedIndex.Of(parts.SelectMany(part => part.Finished)),
        Ends = Joined(parts, part => part.Ends),
        Quarantined = Joined(parts, part => part.Quarantined),
        Broken = Joined(parts, part => part.Broken),
    };

    private static ImmutableArray<Named<T>> Some<T>(ImmutableDictionary<string, T> all, IReadOnlyList<string> streams, string prefix = "")
    {
        if (all.IsEmpty)
        {
            return [];
        }

        var some = ImmutableArray.CreateBuilder<Named<T>>();
        foreach (var stream in streams)
        {
            if (stream.StartsWith(prefix, StringComparison.Ordinal) && all.TryGetValue(stream[prefix.Length..], out var value))
            {
                some.Add(new Named<T>(stream[prefix.Length..], value));
            }
        }

        return some.ToImmutable();
    }

    private static ImmutableDictionary<string, T> Joined<T>(IReadOnlyList<WorldPart> parts, Func<WorldPart, ImmutableArray<Named<T>>> of) =>
        parts.SelectMany(part => of(part)).ToImmutableDictionary(one => one.Name, one => one.Value);
}

/// <summary>A value by its name.</summary>
internal sealed record Named<T>(string Name, T Value);
