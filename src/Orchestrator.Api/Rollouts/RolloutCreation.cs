using System.Security.Cryptography;
using Orchestrator.Api.Http;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;

namespace Orchestrator.Api.Rollouts;

/// <summary>Input of a new rollout: plan revision, environment, salt.</summary>
internal static class RolloutCreation
{
    private const int SaltBytes = 16;

    /// <summary>Shortest sampling period in real time, whatever the clock's speed.</summary>
    private static readonly TimeSpan RealSampling = TimeSpan.FromMilliseconds(500);

    public static Operation<RolloutCommand.Create> Operation { get; } = new(
        Permission.Operate, BodyKind.Json, Read,
        (_, request) => request.Service<RolloutCreator>().Create(request.Payload, request.Envelope),
        (request, result, world) =>
            RolloutEndpoints.Shown(request, request.Payload.Rollout, world, result.Outcome == CommandOutcome.Applied ? 201 : 200))
    {
        Resource = command => $"rollouts\n{command.Rollout}",
    };

    private static RolloutCommand.Create? Read(Input input)
    {
        if (input.Members("id", "plan", "environment", "revision") is not { } body)
        {
            return null;
        }

        var id = body.Require("id")?.Id();
        var environment = body.Require("environment")?.Id();
        var planField = body.Require("plan");
        var name = planField?.Id();
        var number = body["revision"]?.Whole(1);
        var revision = name is null ? null : PlanEndpoints.Find(input.World, name, number);
        if (name is not null && input.World.Broken.GetValueOrDefault(PlanEvents.Stream(name)) is { } broken)
        {
            input.Problem = new ApiResult.Problem(409, "stream.broken", broken.Text);
            return null;
        }

        if (name is not null && revision is null)
        {
            planField!.Error(input.World.Plans.ContainsKey(name)
                ? $"plan '{name}' has no revision {number}"
                : $"there is no plan '{name}'{Nearest.Hint(name, input.World.Plans.Keys)}");
        }

        if (name is not null && revision is not null && input.World.Plans[name].State.ArchivedAt is { } archived)
        {
            planField!.Error($"plan '{name}' was archived at {archived:u}; store it once more to take it into use");
        }

        foreach (var error in revision is null || (id is not null && input.World.HasRollout(id))
            ? []
            : PlanReader.Younger(revision.Document))
        {
            planField!.Error($"revision {revision!.Revision} breaks a rule that is younger than it, so revise the plan: {error.Path}: {error.Message}");
        }

        if (id is null || environment is null || revision is null || input.Refusal is not null)
        {
            return null;
        }

        return new RolloutCommand.Create(
            id, PlanEndpoints.Read(revision), revision.Revision, environment,
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes)),
            SamplingFloor(input.Service<OrchestratorClock>()));
    }

    /// <summary>The shortest sampling period that the speed of the clock allows.</summary>
    public static TimeSpan SamplingFloor(OrchestratorClock clock) =>
        clock.Speed is > 1 and var speed ? RealSampling * speed : TimeSpan.Zero;
}
