using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Api.Explain;

/// <summary>Explains a user's variant, now or at a moment.</summary>
internal static class ExplainEndpoint
{
    public static void MapExplain(this IEndpointRouteBuilder api) => api.MapPost(
        BodyKind.Json, "/environments/{environment}/explain", "Explain the variant of a user: { flag, context, at? }", Explain);

    private static async Task<ApiResult> Explain(Query request, World world)
    {
        var environment = request.RouteValue("environment");
        var now = request.Service<OrchestratorClock>().GetUtcNow();
        var input = new Input(request, world, now);
        var members = input.Members("flag", "context", "at");
        var flag = members?.Require("flag")?.Text(FlagName.Longest);
        members?.Require("context");
        var at = members?["at"]?.Instant();
        if (at > now)
        {
            input.Error("at", "is in the future");
        }

        if (input.Refusal is { } refusal)
        {
            return refusal;
        }

        // For the past, the answer is by the log, not by what a node knew.
        return at is { } moment
            ? await ExpensiveReads.Run(
                request, async () => Explained(await Then(request, environment, moment), environment, flag!, request.Body, default))
            : Explained(
                request.Service<IRoutingTables>().Current, environment, flag!, request.Body, request.Service<ITableTrust>().Now().Trust);
    }

    private static ApiResult Explained(
        RoutingTable table, string environment, string flag, ReadOnlyMemory<byte> body, in TableTrust trust)
    {
        var user = new EvaluationContext().Begin(table.Environment(environment));
        if (ContextBody.Read(body.Span, user) is { } wrong)
        {
            return ApiResult.Invalid("context", wrong.Details);
        }

        return new ApiResult.Ok(Router.Explain(table, environment, flag, user, trust));
    }

    /// <summary>The table at that moment: the same fold of the same events.</summary>
    private static async Task<RoutingTable> Then(Query request, string environment, DateTimeOffset at)
    {
        var then = await request.Service<PastWorlds>().At(environment, at, request.Stop);
        return RoutingTable.Compile(new TableModel(then.Position, [EnvironmentModels.Of(then, environment)]));
    }
}
