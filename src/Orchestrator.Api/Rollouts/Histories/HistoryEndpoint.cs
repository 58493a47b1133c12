using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts.Histories;

/// <summary>History of a rollout: its events in words, newest first, and its course on an axis of time.</summary>
internal static class HistoryEndpoint
{
    /// <summary>Most phases, shares, marks and actors of an answer. Of more the newest are shown.</summary>
    private const int MostPoints = 1_000;

    private const int MostActors = 50;
    private static readonly string[] Formats = ["json", "ndjson", "csv", "markdown"];

    public static void MapHistory(this IEndpointRouteBuilder api) => api.MapQuery(
        "/rollouts/{id}/history",
        "Events in words, newest first, and the course of the rollout; ?kind=, ?actor=, ?text=, ?from=, ?to=, ?moved=true filter, "
            + "?format=ndjson|csv|markdown downloads",
        Admitted);

    /// <summary>A page of events is what open pages show; a download has every event.</summary>
    private static Task<ApiResult> Admitted(Query request, World world) => request.Http.Request.Query.ContainsKey("format")
        ? ExpensiveReads.Run(request, () => Answer(request, world))
        : request.Service<LiveReads>().Run(request, () => Answer(request, world));

    private static async Task<ApiResult> Answer(Query request, World world)
    {
        var (id, query) = (request.RouteValue("id"), request.Http.Request.Query);
        var stream = RolloutEvents.Stream(id);
        var (entry, held) = (world.Rollouts.GetValueOrDefault(id), world.Quarantined.ContainsKey(stream));
        if (entry is null && !held)
        {
            return RolloutProblems.NotFound(id);
        }

        var format = query["format"].ToString() is { Length: > 0 } asked ? asked : Formats[0];
        if (!Formats.Contains(format))
        {
            return ApiResult.Invalid("format", $"must be one of {string.Join(", ", Formats)}, but is '{Field.Short(format)}'");
        }

        if (HistoryFilter.Read(query, out var filter) is { } problem)
        {
            return problem;
        }

        // Of a held stream this node does not know the newest version.
        var (chronicle, version) = await request.Service<ChronicleCache>()
            .Of(stream, world.Timeline, held ? null : entry!.Version, request.Stop);
        if (version == 0)
        {
            return RolloutProblems.NotYet(id);
        }

        if (format == Formats[0])
        {
            return Shown(id, chronicle, filter, world.Access, version);
        }

        var entries = chronicle.Entries.Where(one => filter.IncludesKind(one) && filter.IncludesRest(one, Name(one, world.Access)));
        return HistoryDownload.Of(format, id, [.. entries], world.Access);
    }

    private static ApiResult.Ok Shown(string id, Chronicle chronicle, HistoryFilter filter, AccessState access, long version)
    {
        var page = HistoryPage.Of(chronicle.Entries, filter, entry => Name(entry, access));
        var decided = chronicle.Entries.Where(entry => entry.Recorded.CommandId.Length > 0)
            .GroupBy(entry => entry.Recorded.CommandId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (group.Min(one => one.Recorded.Version), group.Max(one => one.Recorded.Version)));
        var state = chronicle.State;
        return new ApiResult.Ok(new
        {
            rollout = id,
            title = state.PlanOrNone?.Title,
            environment = state.PlanOrNone is null ? null : state.Environment,
            flag = state.PlanOrNone?.Flag,
            status = state.PlanOrNone is null ? (RolloutStatus?)null : state.Status,
            version,
            readable = chronicle.Entries.Count == 0 ? 0 : chronicle.Entries[^1].Recorded.Version,
            unread = chronicle.Unread,
            first = chronicle.Entries.Count == 0 ? (DateTimeOffset?)null : chronicle.Entries[0].Recorded.At,
            last = chronicle.Entries.Count == 0 ? (DateTimeOffset?)null : chronicle.Entries[^1].Recorded.At,
            lastRollback = chronicle.LastRollback,
            beforeAlarm = chronicle.BeforeAlarm,
            matched = page.Matched,
            hiddenNewer = page.HiddenNewer,
            events = page.Listed.Select(one => Shown(one, access, decided)),
            page.Next,
            phases = chronicle.Phases.TakeLast(MostPoints),
            shares = chronicle.Shares.TakeLast(MostPoints),
            marks = chronicle.Marks.TakeLast(MostPoints),
            actors = chronicle.Entries.GroupBy(entry => (entry.Recorded.Actor.Kind, entry.Recorded.Actor.Id))
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.Id, StringComparer.Ordinal).Take(MostActors)
                .Select(group => new { group.Key.Kind, group.Key.Id, name = Name(group.Last(), access), events = group.Count() }),
        }, version);
    }

    private static object Shown(HistoryPage.Line line, AccessState access, Dictionary<string, (long First, long Last)> decided)
    {
        var entry = line.Entry;
        (long First, long Last)? together =
            decided.TryGetValue(entry.Recorded.CommandId, out var span) && span.Item1 != span.Item2 ? span : null;
        return new
        {
            @event = EventView.Of(entry.Recorded, access),
            entry.Kind,
            entry.Text,
            entry.Moves,
            entry.Visit,
            entry.Incident,
            together = together is { } known ? new { from = known.First, until = known.Last } : null,
            hidden = line.Hidden,
        };
    }

    /// <summary>Name of the actor at the time; null for machines, and where it is unknown.</summary>
    public static string? Name(ChronicleEntry entry, AccessState access) =>
        entry.Recorded.Actor.Kind == ActorKind.User ? access.NameOf(entry.Recorded.Actor.Id, entry.Recorded.At) : null;
}
