using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.History;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Retrospectives;

/// <summary>A retrospective from the log, with what events do not have: names, counted people, kept measurements, deliveries.</summary>
internal static class RetrospectiveReading
{
    /// <summary>The retrospective; null when the rollout did not exist at that moment.</summary>
    public static async Task<Retrospective?> Of(Query request, World world, string rollout, AsOf asOf)
    {
        var builder = new RetrospectiveBuilder();
        if (!await asOf.Replay(request.Service<IEventLog>(), rollout, builder.See, request.Stop))
        {
            return null;
        }

        var now = request.Service<OrchestratorClock>().GetUtcNow();
        var told = builder.Build(asOf.At ?? (asOf.IsNow ? now : null)).Named(world.Access.NameOf);
        var exposure = asOf.IsNow && world.Rollouts.GetValueOrDefault(told.Headline.Rollout)?.State is { } state
            ? ExposureView.Of(request.Service<PeopleKeeper>(), state, told.Faults(), now)
            : ExposureView.OfPast;
        told = told with { Exposure = exposure.Numbers, ExposureReason = exposure.Reason };
        told = await KeptMeasurements.Added(request, told);
        return asOf.IsNow ? await SentNotifications.Added(request, told)
            : told with { NotificationsText = "Deliveries are known of the present only." };
    }
}
