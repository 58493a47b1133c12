using System.Collections.Immutable;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A rollout beside the last ones before it, of the same plan or the same flag, in the same environment.</summary>
internal static class ComparisonEndpoint
{
    private const int Usual = 5;

    /// <summary>Most earlier rollouts: each is read whole, one after the other, and only its numbers are kept.</summary>
    private const int Most = 10;

    private static readonly string[] Kinds = ["plan", "flag"];

    public static async Task<ApiResult> Answer(Query request, World world, string rollout)
    {
        var (form, refused) = ReportForm.Read(request);
        if (form is null)
        {
            return refused!;
        }

        var errors = ImmutableArray.CreateBuilder<InputError>();
        var last = (int)(QueryFilters.Number(request.Http.Request.Query, "last", 1, Most, errors) ?? Usual);
        var by = request.Http.Request.Query["by"].ToString() is { Length: > 0 } given ? given : Kinds[0];
        if (!Kinds.Contains(by))
        {
            errors.Add(new InputError("by", $"must be one of {string.Join(", ", Kinds)}, but is '{Field.Short(by)}'"));
        }

        if (errors.Count > 0)
        {
            return ApiResult.Invalid(errors.ToImmutable());
        }

        var now = request.Service<OrchestratorClock>().GetUtcNow();
        try
        {
            if (await Read(request, world, rollout, now) is not { } own)
            {
                return RolloutProblems.NotYet(rollout);
            }

            var (compared, leftOut) = (new List<ComparedRollout> { own }, new List<string>());
            var before = world.Rollouts.TryGetValue(rollout, out var entry) ? Earlier(world, entry.State, by == Kinds[1]) : [];
            foreach (var id in before.Take(last))
            {
                try
                {
                    compared.AddRange(await Read(request, world, id, now) is { } one ? [one] : []);
                }
                catch (UnknownEventException)
                {
                    leftOut.Add(id);
                }
            }

            var comparison = RolloutComparison.Of(compared, leftOut);
            return form.IsData ? new ApiResult.Ok(comparison) : form.Written(ComparisonReport.Of(comparison), $"{rollout}-comparison.md");
        }
        catch (UnknownEventException newer)
        {
            return new ApiResult.Problem(409, "stream.held", newer.Message);
        }
    }

    /// <summary>Ids of started rollouts that were created before this one, the newest first.</summary>
    private static IEnumerable<string> Earlier(World world, RolloutState own, bool byFlag) => Kin
        .Of(world, one => one.Started && one.Id != own.Id && one.Environment == own.Environment && one.CreatedAt < own.CreatedAt
            && (byFlag ? one.Flag == own.Plan.Flag : one.Plan == own.Plan.Name))
        .Select(one => one.Id);

    private static async Task<ComparedRollout?> Read(Query request, World world, string rollout, DateTimeOffset now)
    {
        var builder = new RetrospectiveBuilder();
        if (!await new AsOf(null, null).Replay(request.Service<IEventLog>(), rollout, builder.See, request.Stop))
        {
            return null;
        }

        var told = builder.Build(now);
        var known = await request.Service<FinishedStates>().With(world, rollout, request.Stop);
        return ComparedRollout.Of(told with
        {
            Exposure = known.Rollouts.GetValueOrDefault(rollout)?.State is { } state
                ? ExposureView.Of(request.Service<PeopleKeeper>(), state, told.Faults(), now).Numbers
                : null,
        });
    }
}
