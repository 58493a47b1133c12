using Orchestrator.Api.Access;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts.Verbs;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Overview;

/// <summary>Everything that needs a person, over all environments, the worst first.</summary>
internal static class AttentionList
{
    public static ApiResult Answer(Query request, World world)
    {
        var query = request.Http.Request.Query;
        string? environment = null;
        if ((Paging.Read(query, out var paging) ?? query.Id("environment", out environment)) is { } problem)
        {
            return problem;
        }

        var viewer = Viewer.Of(request, world);
        var lines = RolloutLines.Of(request, world, viewer.Now);
        var all = (from entry in world.Rollouts.Values
                   where environment is null || entry.State.Environment == environment
                   from one in lines.Attention(entry.State)
                   orderby one.Kind, one.At ?? DateTimeOffset.MaxValue, one.Since ?? DateTimeOffset.MaxValue, entry.State.Id
                   select (entry.State, Attention: one)).ToArray();
        var shown = all.Skip((int)Math.Min(paging.After, all.Length)).Take(paging.Limit).ToArray();
        var end = paging.After + shown.Length;
        return new ApiResult.Ok(new
        {
            attention = shown.Select(one => Item(viewer, one.State, one.Attention)),
            counts = Enum.GetValues<AttentionKind>().Select(kind => new { kind, count = all.Count(one => one.Attention.Kind == kind) }),
            next = shown.Length > 0 && end < all.Length ? end : (long?)null,
        });
    }

    private static object Item(Viewer viewer, RolloutState state, Attention one) => new
    {
        one.Kind,
        one.Text,
        rollout = state.Id,
        state.Plan.Title,
        state.Environment,
        one.Since,
        one.At,
        one.Subject,
        path = one.Kind == AttentionKind.Incident ? $"/api/v1/incidents/{one.Subject}" : $"/api/v1/rollouts/{state.Id}",
        verbs = one.Kind == AttentionKind.Review ? new CallerVerbs(viewer, state, null).OfReview(one.Subject!) : null,
    };
}
