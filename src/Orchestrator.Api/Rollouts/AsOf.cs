using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Log;

namespace Orchestrator.Api.Rollouts;

/// <summary>The moment of a view of a rollout: <c>?version=</c>, <c>?at=</c>, or now.</summary>
internal sealed record AsOf(long? Version, DateTimeOffset? At)
{
    private const int Batch = 500;

    public bool IsNow => Version is null && At is null;

    /// <summary>The requested moment, or the problem with it.</summary>
    public static (AsOf? AsOf, ApiResult.Problem? Problem) Read(IQueryCollection query)
    {
        var (version, at) = (query["version"].ToString(), query["at"].ToString());
        long number = 0;
        if (version.Length > 0 && (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 1))
        {
            return (null, ApiResult.Invalid("version", $"must be a whole number from 1, but is '{version}'"));
        }

        var moment = default(DateTimeOffset);
        if (at.Length > 0 && !Instants.TryParse(at, out moment))
        {
            return (null, ApiResult.Invalid("at", $"must be an RFC 3339 time such as 2026-03-02T14:03:00Z, but is '{at}'"));
        }

        return (new AsOf(version.Length > 0 ? number : null, at.Length > 0 ? moment : null), null);
    }

    /// <summary>
    /// Calls <paramref name="see"/> with each event up to that moment, in order. False when the rollout did not exist yet, or has no such
    /// version. Events are read in batches, so that the memory of a long stream is that of one batch.
    /// </summary>
    public async Task<bool> Replay(IEventLog log, string rollout, Action<Happened<RolloutEvent>> see, CancellationToken stop)
    {
        var seen = 0L;
        for (var more = true; more;)
        {
            var batch = await log.ReadStream(RolloutEvents.Stream(rollout), seen, Batch, stop);
            more = batch.Count == Batch;
            foreach (var one in batch)
            {
                if (one.Version > Version || one.At > At)
                {
                    more = false;
                    break;
                }

                see(RolloutEvents.Catalog.Replay(one));
                seen = one.Version;
            }
        }

        return seen > 0 && !(At is null && seen < Version);
    }

    /// <summary>The state at that moment; null when the rollout did not exist yet, or has no such version.</summary>
    public async Task<RolloutState?> State(IEventLog log, string rollout, CancellationToken stop)
    {
        var state = RolloutState.Initial;
        return await Replay(log, rollout, happened => state = RolloutEvolution.Evolve(state, happened), stop) ? state : null;
    }
}
