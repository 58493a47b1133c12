using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Overview;

/// <summary>The list of rollouts, by id.</summary>
internal static class RolloutList
{
    /// <summary>Longest text that is searched for.</summary>
    private const int LongestText = 200;

    public static ApiResult Answer(Query request, World world)
    {
        var query = request.Http.Request.Query;
        string? environment = null, plan = null, flag = null, text = null;
        RolloutStatus? status = null;
        AttentionKind? attention = null;
        if ((Paging.Read(query, out var after, out var limit) ?? query.Id("environment", out environment)
            ?? query.OneOf("status", out status) ?? query.Id("plan", out plan) ?? Text(query, "flag", FlagName.Longest, out flag)
            ?? Text(query, "text", LongestText, out text) ?? query.OneOf("attention", out attention)) is { } problem)
        {
            return problem;
        }

        var lines = RolloutLines.Of(request, world, request.Service<OrchestratorClock>().GetUtcNow());
        var all = world.Rollouts.Values.Select(entry => entry.State).Where(state =>
            (environment is null || state.Environment == environment) && (status is null || state.Status == status)
            && (plan is null || state.Plan.Name == plan) && (flag is null || state.Plan.Flag == flag)
            && (text is null || Has(state, text)) && (attention is null || lines.Attention(state).Any(one => one.Kind == attention)));
        var (rollouts, next) = Paging.Page(all, state => state.Id, after, limit);
        return new ApiResult.Ok(new { rollouts = rollouts.Select(lines.Line), next });
    }

    private static bool Has(RolloutState state, string text) => ((string[])[state.Id, state.Plan.Title, state.Plan.Name, state.Plan.Flag])
        .Any(one => one.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Free text; null when the query string lacks it, or has it empty.</summary>
    private static ApiResult.Problem? Text(IQueryCollection query, string name, int longest, out string? text)
    {
        text = query[name] is [{ Length: > 0 } given, ..] ? given : null;
        return query[name].Count > 1 ? ApiResult.Invalid(name, "must be given once")
            : text?.Length > longest ? ApiResult.Invalid(name, $"may have at most {longest} characters, but has {text.Length}")
            : null;
    }
}
