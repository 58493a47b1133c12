using System.Collections.Immutable;
using Orchestrator.Api.Environments;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Plans;

/// <summary>Applies the environments block of a plan. Each environment is one atomic change; all of them together are not.</summary>
internal sealed record PlanFlags(string Plan, int Revision, ImmutableArray<(string Environment, EnvironmentCommand.Set Flags)> Blocks)
{
    public static Operation<PlanFlags> Operation { get; } = new(
        Permission.Flags, BodyKind.Json, Read, Send,
        (request, _, world) => new ApiResult.Ok(new
        {
            plan = request.Payload.Plan,
            revision = request.Payload.Revision,
            environments = request.Payload.Blocks.Select(
                block => new { environment = block.Environment, flags = block.Flags.Flags.Length, warnings = Warnings(world, block) }),
        }));

    /// <summary>The flags to set; null for none.</summary>
    private static string[]? Warnings(World world, (string Environment, EnvironmentCommand.Set Flags) block)
    {
        var known = new FlagWarnings(world, block.Environment);
        return block.Flags.Flags.Select(flag => known.Of(flag.Key)).OfType<string>().ToArray() is { Length: > 0 } warnings
            ? warnings
            : null;
    }

    private static PlanFlags? Read(Input input)
    {
        var name = input.RouteValue("name");
        input.Members();
        if (input.World.Plans.GetValueOrDefault(name)?.State.Latest is not { } latest)
        {
            input.Problem ??= ApiResult.NotFound("plan.not_found", $"There is no plan {name}.");
            return null;
        }

        return new PlanFlags(name, latest.Revision, [.. PlanEndpoints.Read(latest).Environments.Select(block =>
            (block.Environment, new EnvironmentCommand.Set([.. block.Flags.Select(flag => new StaticFlag(flag.Key, flag.Json))])))]);
    }

    private static async Task<CommandResult> Send(IGrainFactory grains, Command<PlanFlags> request)
    {
        // The checks for all of them; a version belongs to one stream, so no If-Match is read.
        var envelope = request.Envelope with { ExpectedVersion = null };
        var result = new CommandResult(CommandOutcome.Unchanged, 0);
        foreach (var (environment, flags) in request.Payload.Blocks)
        {
            var one = await grains.GetGrain<IEnvironmentGrain>(environment).Execute(flags, envelope);
            if (one.Outcome is not (CommandOutcome.Applied or CommandOutcome.Unchanged))
            {
                return one;
            }

            result = one.Position > result.Position ? one : result;
        }

        return result;
    }
}
