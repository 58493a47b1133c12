namespace Orchestrator.Grains.World.Finished;

/// <summary>A flag in an environment: one rollout at most decides it.</summary>
public readonly record struct FlagPlace(string Environment, string Flag);
