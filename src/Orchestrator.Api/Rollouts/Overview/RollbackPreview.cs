using Orchestrator.Api.Access;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts.Verbs;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rollbacks;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Overview;

/// <summary>
/// A rollback now, for the person who is about to press the button. Everything that comes from elsewhere has half a second: a store or a
/// silo that hangs leaves its part out, and no rollback waits for any of it.
/// </summary>
internal static class RollbackPreview
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>A node without a report for this long is gone.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(1);

    public static async Task<ApiResult> Answer(Query request, World world)
    {
        var id = request.RouteValue("id");
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return RolloutProblems.NotFound(id);
        }

        var (state, viewer) = (found.State, Viewer.Of(request, world));
        var queries = RollbackOutlook.Ask(state);
        var others = Others(request);
        var looking = queries.Length == 0
            ? Task.FromResult<MetricReading[]?>([])
            : RolloutEndpoints.Patiently(request, grains => grains.GetGrain<IMetricsGrain>(id).Look(queries));
        var round = state.Watched
            ? await RolloutEndpoints.Patiently(request, grains => grains.GetGrain<IRolloutGrain>(id).LastObservation())
            : null;
        var readings = await looking;
        var reaches = TriggerReach.Of(state, round, viewer.Now).ToArray();
        var audience = RolloutView.Audience(state);
        var segments = RollbackOutlook.Segments(state, readings ?? [], viewer.Now);
        var people = PeopleView.Of(request.Service<PeopleKeeper>(), state, viewer.Now);
        var worst = segments.FirstOrDefault(one => one.Worst is not null);
        return new ApiResult.Ok(
            new
            {
                rollout = id,
                state.Plan.Title,
                state.Environment,
                state.Status,
                verb = new CallerVerbs(viewer, state, round).Rollback(),
                moves = new { percentage = audience.Percentage.Percent, text = audience.Text },
                people = people.Numbers,
                peopleReason = people.Reason,
                nodes = Nodes(request, state, await others),
                // Unknown here is not the same as not measured: a node without grains, or one whose grain hangs, says nothing about it.
                legacy = readings is not null && RollbackOutlook.Legacy(state, readings, viewer.Now) is var legacy
                    ? new { legacy.Verdict, legacy.Text, conditions = legacy.Conditions.Select(Measured) }
                    : null,
                segments = segments.Select(one => new
                {
                    key = one.Segment,
                    percentage = one.Share.Percent,
                    worst = one.Worst is { } measured ? Measured(measured) : null,
                }),
                worst = worst is null ? null : new { key = worst.Segment, text = worst.Worst!.Reach.Text },
                triggers = reaches.Where(one => one.Pending is not null || one.Fraction >= 1)
                    .Select(one => new { one.Trigger.Name, one.Text, one.Pending?.FiresAt }),
                reason = RollbackOutlook.Reason(reaches),
                done = state is { Status: RolloutStatus.RolledBack, Rollback: { } rollback }
                    ? new { rollback.At, rollback.Reason, rollback.Trigger, incident = state.Incidents.LastOrDefault()?.Id }
                    : null,
                kept = request.Service<PendingRollbacks>().Waiting.Where(pending => pending.Rollout == id).Select(pending => new
                {
                    pending.Since,
                    by = pending.Envelope.Actor.Id,
                    name = world.Access.NameOf(pending.Envelope.Actor.Id),
                    pending.Command.Reason,
                    pending.Command.Segments,
                }),
            },
            found.Version);
    }

    private static object Measured(MeasuredElsewhere one) => new
    {
        one.Trigger,
        one.Reach.Condition,
        one.Fraction,
        one.Reach.Observed,
        one.Reach.Limit,
        one.Reach.Upper,
        one.Reach.Unit,
        one.Reach.Samples,
        one.Reach.Text,
    };

    /// <summary>Nodes in reach, and the time after which no node answers by what it knew before.</summary>
    private static object Nodes(Query request, RolloutState state, IReadOnlyList<KnownNode>? others)
    {
        var (own, self) = (!request.Service<NodeLease>().Now().Trust.IsStale, request.Service<NodeIdentity>());
        var lease = (others ?? []).Select(one => one.Report.Lease).Append(self.Lease).Max();
        var all = (others?.Count ?? 0) + 1;
        var fresh = (others?.Count(IsFresh) ?? 0) + (own ? 1 : 0);
        var bound = DeadMan.Bound(state, lease);
        var reach = others is null
            ? $"This node {(own ? "is in reach" : "is cut off from the log")}; the store does not report the others."
            : $"In reach: {fresh} of {all} nodes, which change within milliseconds.";
        var rest = bound is { } time
            ? $"Every node has changed after {Durations.Rounded(time)} at most."
            : "A node that is cut off from the log keeps its last answer until it is back (onStale: last).";
        return new { all = others is null ? (int?)null : all, fresh, lease, within = bound, text = $"{reach} {rest}" };
    }

    private static bool IsFresh(KnownNode known) =>
        known.Report.FreshnessAge is { } age && age + known.Age <= known.Report.Lease;

    /// <summary>The other nodes; null when the store does not answer.</summary>
    private static async Task<IReadOnlyList<KnownNode>?> Others(Query request)
    {
        try
        {
            var self = request.Service<NodeIdentity>().Id;
            return [.. (await request.Service<INodeRegistry>().All(request.Stop).WaitAsync(Patience, request.Stop))
                .Where(known => known.Report.Id != self && known.Age < Gone)];
        }
        catch (Exception failure) when (failure is TimeoutException or IOException or System.Data.Common.DbException)
        {
            return null;
        }
    }
}
