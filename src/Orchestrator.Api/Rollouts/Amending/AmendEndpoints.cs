using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Plans;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Amending;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Amending;

/// <summary>A corrected plan for a running rollout: preview and amendment.</summary>
internal static class AmendEndpoints
{
    private const string One = "/rollouts/{id}";
    private const int LongestReason = 2000;

    public static void MapAmendments(this IEndpointRouteBuilder api)
    {
        api.MapQuery($"{One}/amendment", "Preview an amendment: the changes by another revision of the plan; ?revision=, the newest by default", Preview);
        api.MapPost(
            BodyKind.Plan, $"{One}/amendment", "Preview an amendment by a plan (YAML or JSON) that is not stored", ExpensiveReads.Of(PreviewText));
        api.MapCommand("POST", $"{One}/amend", "Amend the plan of a rollout, for the same users: { revision, reason, dryRun? }", new Operation<AmendRequest>(
            Permission.Amend, BodyKind.Json, Read, Send, Shown));
    }

    private static ApiResult Preview(Query request, World world)
    {
        if (!world.Rollouts.TryGetValue(request.RouteValue("id"), out var found))
        {
            return RolloutProblems.NotFound(request.RouteValue("id"));
        }

        long? number = null;
        if (request.Http.Request.Query.TryGetValue("revision", out var text))
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given < 1)
            {
                return ApiResult.Invalid("revision", $"must be a whole number from 1, but is '{text}'");
            }

            number = given;
        }

        return PlanEndpoints.Find(world, found.State.Plan.Name, number) is { } revision
            ? Effect(found.State, PlanEndpoints.Read(revision), revision.Revision, world)
            : ApiResult.Invalid("revision", Missing(found.State, number));
    }

    /// <summary>The effect of a text that would be the plan's next revision.</summary>
    private static async Task<ApiResult> PreviewText(Query request, World world)
    {
        if (!world.Rollouts.TryGetValue(request.RouteValue("id"), out var found))
        {
            return RolloutProblems.NotFound(request.RouteValue("id"));
        }

        var reading = await PlanEndpoints.ReadText(request);
        var stored = world.Plans.GetValueOrDefault(found.State.Plan.Name)?.State.Revisions.Count ?? 0;
        return reading.Plan is { } plan
            ? Effect(found.State, plan, stored + 1, world)
            : ApiResult.Invalid(reading.Errors);
    }

    private static AmendRequest? Read(Input input)
    {
        if (!input.World.Rollouts.TryGetValue(input.RouteValue("id"), out var found))
        {
            input.Problem = RolloutProblems.NotFound(input.RouteValue("id"));
            return null;
        }

        if (input.Members("revision", "reason", "dryRun") is not { } body)
        {
            return null;
        }

        var dry = body["dryRun"]?.Boolean() ?? false;
        var number = body.Require("revision")?.Whole(1);
        var reason = dry ? body["reason"]?.Text(LongestReason) ?? "" : body.Require("reason")?.Text(LongestReason);
        var revision = number is null ? null : PlanEndpoints.Find(input.World, found.State.Plan.Name, number);
        if (number is not null && revision is null)
        {
            input.Error("revision", Missing(found.State, number));
        }

        if (revision is null || reason is null || input.Refusal is not null)
        {
            return null;
        }

        var plan = PlanEndpoints.Read(revision);
        if (!dry)
        {
            input.Errors(Refusals(found.State, plan, revision));
        }

        var floor = RolloutCreation.SamplingFloor(input.Service<OrchestratorClock>());
        return input.Refusal is null ? new AmendRequest(new RolloutCommand.Amend(plan, revision.Revision, reason, floor), dry) : null;
    }

    /// <summary>All obstacles at once. The rollout decides again: this node may lag behind it.</summary>
    private static IEnumerable<InputError> Refusals(RolloutState state, Plan plan, PlanRevision revision) =>
        plan.Hash == state.Plan.Hash || Amendment.NotNow(state) is not null
            ? []
            : PlanReader.Younger(revision.Document).Select(error => error with { Message = $"breaks a rule that is younger than revision {revision.Revision}: {error.Message}" })
                .Concat(Amendment.Of(state, plan, revision.Revision).Refusals);

    private static async Task<CommandResult> Send(IGrainFactory grains, Command<AmendRequest> request)
    {
        var (command, dry) = request.Payload;
        if (dry)
        {
            return new CommandResult(CommandOutcome.Unchanged, 0);
        }

        var (id, world) = (request.RouteValue("id"), request.Service<IWorld>().Current);
        var environment = world.EnvironmentOf(id)!;
        return PlanSegments.Disagreement(world, command.Plan, environment)
            ?? await request.Service<PlanSegments>().Define(command.Plan, environment, request.Envelope)
            ?? await grains.GetGrain<IRolloutGrain>(id).Execute(command, request.Envelope);
    }

    private static ApiResult Shown(Command<AmendRequest> request, CommandResult result, World world)
    {
        var id = request.RouteValue("id");
        var (command, dry) = request.Payload;
        if (!dry)
        {
            var proposed = world.Rollouts.GetValueOrDefault(id)?.State.Proposed?.Plan.Hash == command.Plan.Hash;
            return RolloutEndpoints.Shown(request, id, world, proposed ? 202 : 200);
        }

        return world.Rollouts.TryGetValue(id, out var found)
            ? Effect(found.State, command.Plan, command.Revision, world)
            : RolloutProblems.NotFound(id);
    }

    private static ApiResult Effect(RolloutState state, Plan plan, int revision, World world)
    {
        if (Amendment.NotNow(state) is { } refused)
        {
            return new ApiResult.Problem(409, refused.Code, refused.Message);
        }

        var disagreement = PlanSegments.Disagreement(world, plan, state.Environment);
        return new ApiResult.Ok(AmendmentView.Of(
            state, Amendment.Of(state, plan, revision),
            [
                .. plan.Hash == state.Plan.Hash ? [] : PlanReader.Younger(plan.Document),
                .. disagreement is null ? Array.Empty<InputError>() : [new InputError("segments", disagreement.Message!)],
            ]));
    }

    private static string Missing(RolloutState state, long? number) => $"plan '{state.Plan.Name}' has no revision {number}";
}
