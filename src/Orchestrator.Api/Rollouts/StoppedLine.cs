using System.Diagnostics.CodeAnalysis;
using Orchestrator.Domain.Environments;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>The stop of the line of a rollout's environment, with the name of the person: rollouts know the id only.</summary>
internal static class StoppedLine
{
    public static EnvironmentHalt? Of(World world, string environment) => world.Environments.GetValueOrDefault(environment)?.State.Line;

    /// <summary>A refusal's sentence, with the name of the person who stopped the line where it is about that.</summary>
    [return: NotNullIfNotNull(nameof(message))]
    public static string? Named(World world, string environment, string? code, string? message) =>
        code == "rollout.line_stopped" && Of(world, environment) is { } line && world.Access.NameOf(line.By, line.Since) is { } name
            ? message?.Replace($" by {line.By}:", $" by {name} ({line.By}):", StringComparison.Ordinal)
            : message;
}
