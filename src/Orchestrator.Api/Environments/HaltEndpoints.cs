using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Access;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Environments;

/// <summary>Stops the line: one command, and no rollout advances in an environment. Rolling back is never stopped.</summary>
internal static class HaltEndpoints
{
    private const int LongestReason = 2000;

    public static void MapLine(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/environments/{environment}", "Get an environment: number of flags, and the stop of its line", Get);
        api.MapCommand("POST", "/environments/{environment}/stop-the-line", "Stop the line: no rollout advances in this environment: { reason }", new Operation<EnvironmentCommand>(
            Permission.RollBack, BodyKind.Json,
            input => input.Id("environment") is not null && input.Members("reason") is { } body && body.Require("reason")?.Text(LongestReason) is { } reason
                ? new EnvironmentCommand.StopLine(reason)
                : null,
            Send, Changed));
        api.MapCommand("POST", "/environments/{environment}/resume-the-line", "Resume the line: rollouts may advance again: { reason? }", new Operation<EnvironmentCommand>(
            Permission.Operate, BodyKind.Json,
            input => input.Id("environment") is not null && input.Members("reason") is { } body
                ? new EnvironmentCommand.ResumeLine(body["reason"]?.Text(LongestReason))
                : null,
            Send, Changed));
    }

    /// <summary>The stop; null while the line runs.</summary>
    public static object? Shown(EnvironmentState state, AccessState access) => state.Line is { } line
        ? new { line.Reason, line.Since, line.By, name = access.NameOf(line.By, line.Since) }
        : null;

    private static Task<CommandResult> Send(IGrainFactory grains, Command<EnvironmentCommand> request) =>
        grains.GetGrain<IEnvironmentGrain>(request.RouteValue("environment")).Execute(request.Payload, request.Envelope);

    private static ApiResult Changed(Command<EnvironmentCommand> request, CommandResult result, World world) =>
        View(request.RouteValue("environment"), world, result.Version, Viewer.Of(request, world));

    private static ApiResult Get(Query request, World world)
    {
        var name = request.RouteValue("environment");
        return View(name, world, world.Environments.GetValueOrDefault(name)?.Version ?? 0, Viewer.Of(request, world));
    }

    private static ApiResult.Ok View(string name, World world, long version, Viewer viewer)
    {
        var state = world.Environments.GetValueOrDefault(name)?.State ?? EnvironmentState.Initial;
        return new ApiResult.Ok(
            new { name, flags = state.Flags.Count, line = Shown(state, world.Access), verbs = LineVerbs.Of(viewer, name) }, version);
    }
}
