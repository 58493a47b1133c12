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

    /// <summary>The state at that moment; null when the rollout did not exist yet, or has no such version.</summary>
    public async Task<IReadOnlyList<Happened<RolloutEvent>>?> Events(IEventLog log, string rollout, CancellationToken stop)
    {
        var events = (await log.ReadStream(RolloutEvents.Stream(rollout), 0, (int)Math.Min(Version ?? int.MaxValue, int.MaxValue), stop))
            .TakeWhile(e => !(e.Version > Version || e.At > At))
            .Select(RolloutEvents.Catalog.Replay)
            .ToArray();
        return events.Length == 0 || (At is null && events.Length < Version) ? null : events;
    }
}
