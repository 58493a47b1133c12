using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>Creation of a rollout: plan revision, environment, salt.</summary>
internal static class RolloutCreation
{
    private const int SaltBytes = 16;

    /// <summary>Shortest sampling period in real time, whatever the clock's speed.</summary>
    private static readonly TimeSpan RealSampling = TimeSpan.FromMilliseconds(500);

    public static Operation<RolloutCommand.Create> Operation { get; } = new(
        Permission.Operate, BodyKind.Json, Read, Send,
        (change, result, world) => RolloutEndpoints.Shown(change.Http, change.Command.Rollout, world, result.Outcome == CommandOutcome.Applied ? 201 : 200))
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
        if (name is not null && input.World.Broken.GetValueOrDefault($"plan/{name}") is { } broken)
        {
            input.Problem = new Answer.Problem(409, "stream.broken", broken.Text);
            return null;
        }

        if (name is not null && revision is null)
        {
            planField!.Error(input.World.Plans.ContainsKey(name)
                ? $"plan '{name}' has no revision {number}"
                : $"there is no plan '{name}'{Nearest.Hint(name, input.World.Plans.Keys)}");
        }

        foreach (var error in revision is null || (id is not null && input.World.Rollouts.ContainsKey(id)) ? [] : PlanReader.Younger(revision.Document))
        {
            planField!.Error($"revision {revision!.Revision} breaks a rule that is younger than it, so revise the plan: {error.Path}: {error.Message}");
        }

        if (id is null || environment is null || revision is null || input.Refusal is not null)
        {
            return null;
        }

        return new RolloutCommand.Create(
            id, PlanEndpoints.Read(revision), revision.Revision, environment, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes)),
            SamplingFloor(input.Request.HttpContext));
    }

    /// <summary>The shortest sampling period that the speed of the clock allows.</summary>
    public static TimeSpan SamplingFloor(HttpContext http) =>
        ((OrchestratorClock)http.RequestServices.GetService(typeof(OrchestratorClock))!).Speed is > 1 and var speed ? RealSampling * speed : TimeSpan.Zero;

    private static async Task<CommandResult> Send(IGrainFactory grains, Change<RolloutCommand.Create> change)
    {
        var command = change.Command;
        var services = change.Http.RequestServices;
        var world = ((IWorld)services.GetService(typeof(IWorld))!).Current;
        if (Other(world, command) is { } other)
        {
            return Taken(command, other);
        }

        var log = (IEventLog)services.GetService(typeof(IEventLog))!;
        if (PlanSegments.Disagreement(world, command.Plan, command.Environment) is { } disagreement)
        {
            return disagreement;
        }

        var claims = new FlagClaims(grains, (FlagSuccession)services.GetService(typeof(FlagSuccession))!);
        var claimed = await claims.Take(command, change.Envelope);
        if (claimed.Outcome is not (CommandOutcome.Applied or CommandOutcome.Unchanged))
        {
            return claimed;
        }

        var created = await PlanSegments.Bring(grains, log, world, command.Plan, command.Environment, change.Envelope) ?? await new PlanSalts(grains).Create(command, change.Envelope);
        if (created.Outcome == CommandOutcome.Applied)
        {
            return await claims.Keep(command, change.Envelope) ?? created;
        }

        if (claimed.Outcome == CommandOutcome.Applied && created.Outcome is not (CommandOutcome.Unchanged or CommandOutcome.Unavailable))
        {
            await claims.Release(command, change.Envelope);
        }

        return created;
    }

    private static CommandResult Taken(RolloutCommand.Create command, string other) => CommandResult.Refused(
        0, EnvironmentDecider.FlagTaken, $"Rollout {other} of flag '{command.Plan.Flag}' in {command.Environment} is not finished; finish or abort it first.");

    private static string? Other(World world, RolloutCommand.Create command) => world.Rollouts.Values.Select(entry => entry.State).FirstOrDefault(state =>
        state.Unfinished && state.Id != command.Rollout && state.Environment == command.Environment && state.Plan.Flag == command.Plan.Flag)?.Id;
}
