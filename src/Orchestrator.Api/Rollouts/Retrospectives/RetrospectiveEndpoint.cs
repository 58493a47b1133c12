using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>Retrospective of a rollout, as JSON, Markdown or HTML, by the Accept header.</summary>
internal static class RetrospectiveEndpoint
{
    public static async Task<ApiResult> Answer(Query request, World world, string rollout)
    {
        var (form, refused) = ReportForm.Read(request);
        if (form is null)
        {
            return refused!;
        }

        var (asOf, problem) = AsOf.Read(request.Http.Request.Query);
        if (asOf is null)
        {
            return problem!;
        }

        try
        {
            if (await RetrospectiveReading.Of(request, world, rollout, asOf) is not { } retrospective)
            {
                return RolloutProblems.NotYet(rollout);
            }

            return form.IsData
                ? new ApiResult.Ok(retrospective, Settled(retrospective, asOf) ? retrospective.Headline.Version : null)
                : form.Written(Report.Of(retrospective), $"{retrospective.Headline.Rollout}-retrospective.md");
        }
        catch (UnknownEventException newer)
        {
            return new ApiResult.Problem(409, "stream.held", newer.Message);
        }
    }

    /// <summary>
    /// True when the view no longer changes with time, so that the version alone is its entity tag. Counts of users change it.
    /// </summary>
    private static bool Settled(Retrospective retrospective, AsOf asOf) => asOf is { Version: not null, At: null }
        || (asOf.IsNow && retrospective is { Exposure: null, Notifications: null or [] } && IsOver(retrospective.Headline.Status)
            && retrospective.Incidents.All(i => i.Ended is not null));

    private static bool IsOver(RolloutStatus status) => status is RolloutStatus.Completed or RolloutStatus.Aborted;
}
