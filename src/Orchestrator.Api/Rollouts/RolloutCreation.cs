using System.Security.Cryptography;
using Orchestrator.Api.Http;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Segments;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Segments;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>A rollout comes to be: of which plan revision, where, with which salt.</summary>
internal static class RolloutCreation
{
    private const int SaltBytes = 16;

    /// <summary>Samples cannot be expected more often than this in real time, whatever speed the clock runs at.</summary>
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
        var revision = name is null ? null : Find(input.World, name, number);
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

        var clock = (OrchestratorClock)input.Request.HttpContext.RequestServices.GetService(typeof(OrchestratorClock))!;
        return new RolloutCommand.Create(
            id, PlanEndpoints.Read(revision), revision.Revision, environment, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SaltBytes)),
            clock.Speed > 1 ? RealSampling * clock.Speed : TimeSpan.Zero);
    }

    private static PlanRevision? Find(World world, string name, long? revision)
    {
        var revisions = world.Plans.GetValueOrDefault(name)?.State.Revisions;
        return revision is { } number ? revisions?.Find(one => one.Revision == number) : revisions?.LastOrDefault();
    }

    private static async Task<CommandResult> Send(IGrainFactory grains, Change<RolloutCommand.Create> change)
    {
        var command = change.Command;
        var services = change.Http.RequestServices;
        var world = ((IWorld)services.GetService(typeof(IWorld))!).Current;
        if (Other(world, command) is { } other)
        {
            return Taken(command, other);
        }

        if (command.Plan.Segments.Select(segment => world.Broken.GetValueOrDefault($"segment/{command.Environment}/{segment.Key}")).FirstOrDefault(found => found is not null) is { } broken)
        {
            return CommandResult.Refused(0, "stream.broken", broken.Text);
        }

        if (command.Plan.Segments.FirstOrDefault(segment => Differs(world, command.Environment, segment)) is { } differs)
        {
            return Different(command, differs);
        }

        var log = (IEventLog)services.GetService(typeof(IEventLog))!;
        var claims = new FlagClaims(grains, (FlagSuccession)services.GetService(typeof(FlagSuccession))!);
        var claimed = await claims.Take(command, change.Envelope);
        if (claimed.Outcome is not (CommandOutcome.Applied or CommandOutcome.Unchanged))
        {
            return claimed;
        }

        var created = await Bring(grains, log, world, change) ?? await new PlanSalts(grains).Create(command, change.Envelope);
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

    /// <summary>Segments belong to the environment: a rollout brings those that it lacks. Null when all are there.</summary>
    private static async Task<CommandResult?> Bring(IGrainFactory grains, IEventLog log, World world, Change<RolloutCommand.Create> change)
    {
        var command = change.Command;
        foreach (var segment in command.Plan.Segments.Where(segment => !world.Segments.ContainsKey($"{command.Environment}/{segment.Key}")))
        {
            var name = $"{command.Environment}/{segment.Key}";
            var defined = await grains.GetGrain<ISegmentGrain>(name).Execute(
                SegmentEndpoints.Define(segment.Definition), Envelope.By(change.Caller.Actor, change.Envelope.CommandId) with { ExpectedVersion = 0 });
            if (defined.Outcome == CommandOutcome.VersionMismatch)
            {
                // Somebody else brought it in this very moment.
                var now = (await log.ReadStream($"segment/{name}")).Aggregate(SegmentState.Initial, (state, e) => state.Evolve(SegmentEvents.Catalog.Read(e)));
                if (now.Definition is { } known && !SegmentDefinitions.SameUsers(known, segment.Definition))
                {
                    return Different(command, segment);
                }
            }
            else if (defined.Outcome is not (CommandOutcome.Applied or CommandOutcome.Unchanged))
            {
                return defined;
            }
        }

        return null;
    }

    private static CommandResult Taken(RolloutCommand.Create command, string other) => CommandResult.Refused(
        0, EnvironmentDecider.FlagTaken, $"Rollout {other} of flag '{command.Plan.Flag}' in {command.Environment} is not finished; finish or abort it first.");

    private static CommandResult Different(RolloutCommand.Create command, PlanSegment segment) => CommandResult.Refused(
        0, "rollout.segment_differs",
        $"Segment '{segment.Key}' of {command.Environment} is defined otherwise than in the plan; make them agree (PUT the segment or revise the plan), or the wrong users would join.");

    private static bool Differs(World world, string environment, PlanSegment segment) =>
        world.Segments.GetValueOrDefault($"{environment}/{segment.Key}")?.State.Definition is { } known
        && !SegmentDefinitions.SameUsers(known, segment.Definition);

    private static string? Other(World world, RolloutCommand.Create command) => world.Rollouts.Values.Select(entry => entry.State).FirstOrDefault(state =>
        state.Unfinished && state.Id != command.Rollout && state.Environment == command.Environment && state.Plan.Flag == command.Plan.Flag)?.Id;
}
