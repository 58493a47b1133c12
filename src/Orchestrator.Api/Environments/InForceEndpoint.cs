using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Environments;

/// <summary>
/// Flags in force in an environment: what decides each, who gets what, and the answers and requests that were counted. From the table by
/// which this node answers.
/// </summary>
internal static class InForceEndpoint
{
    /// <summary>Longest wait for the metric windows of a rollout, and for the reports of the other nodes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Age beyond which a node's report counts no more: it reports once a second.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(10);

    public static void MapInForce(this IEndpointRouteBuilder api) => api.MapQuery(
        "/environments/{environment}/in-force",
        "List the flags in force: what decides each, users on new, differences to plans and stored values, answers of nodes and reported requests",
        ExpensiveReads.Of(List));

    private static async Task<ApiResult> List(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out var after, out var limit) is { } problem)
        {
            return problem;
        }

        var environment = request.RouteValue("environment");
        var table = request.Service<IRoutingTables>().Current;
        var all = table.Environment(environment)?.Flags.ToArray() ?? [];
        var (flags, next) = Paging.Page(all, flag => flag.Key, after, limit);
        var counts = await NodeCounts.Of(request, table.Timeline);
        var over = EnvironmentModels.Over(world, environment);
        var shown = await Task.WhenAll(flags.Select(
            flag => Shown(request, world, environment, flag, over.GetValueOrDefault(flag.Key), counts)));
        return new ApiResult.Ok(new
        {
            environment,
            table.Timeline,
            table.Position,
            flags = shown,
            next,
            counted = new { counts.Nodes, counts.Silent, counts.Complete },
        });
    }

    private static async Task<object> Shown(
        Query request, World world, string environment, FlagEntry flag, RolloutState? rollout, NodeCounts counts)
    {
        var stored = world.Environments.GetValueOrDefault(environment)?.State;
        var changes = rollout is null
            ? null
            : await request.Service<LastChanges>().Of(rollout.Id, world.Timeline, rollout.Version, request.Stop);
        var change = flag.Route is not null ? changes?.Audience
            : rollout is not null ? changes?.Flags.GetValueOrDefault(flag.Key)
            : stored?.Changes.GetValueOrDefault(flag.Key) is { } set ? new LastChanges.Change(set.At, set.By, null, null)
            : null;
        return new
        {
            flag.Key,
            kind = flag.Route is null ? "static" : "routed",
            value = flag.StaticJson is { } json ? ApiJson.Raw(json) : (System.Text.Json.JsonElement?)null,
            rollout = rollout?.Id,
            title = rollout?.Plan.Title,
            status = rollout?.Status,
            phase = rollout?.Phase?.Name,
            phaseTitle = rollout?.Phase?.Title,
            step = flag.Route is null ? null : rollout?.Step?.Name,
            decided = flag.Route is { } route ? Decided(route) : null,
            changed = change is null ? null : new
            {
                change.At,
                by = new ActorView(
                    change.By.Kind, change.By.Id, change.By.Role,
                    change.By.Kind == ActorKind.User ? world.Access.NameOf(change.By.Id, change.At) : null),
                change.Text,
                change.Version,
            },
            differences = Differences(world, environment, flag, rollout, stored?.Flags.GetValueOrDefault(flag.Key)),
            served = flag.Route is null ? null : counts.Of(environment, flag.Key),
            reported = flag.Route is null || rollout is not { Watched: true } ? null : await Reported(request, rollout),
        };
    }

    private static object Decided(RoutedFlag route)
    {
        var split = route.Mode == RouteMode.Split;
        var audience = split
            ? new StepAudience(route.Percentage, route.Included, route.Shares).Without(route.TakenBack)
            : StepAudience.None;
        return new
        {
            mode = route.Mode switch { RouteMode.Off => "off", RouteMode.Split => "split", _ => "unread" },
            percentage = audience.Percentage.Percent,
            audience = audience.Text,
            segments = Named(route).Distinct().Select(key => new
            {
                key,
                percentage = !split || route.TakenBack.Contains(key) ? 0 : audience.Of(key).Percent,
                takenBack = route.TakenBack.Contains(key),
            }),
        };
    }

    private static IEnumerable<string> Named(RoutedFlag route) =>
        route.Included.Concat(route.Shares.Select(share => share.Segment)).Concat(route.TakenBack);

    /// <summary>
    /// Sentences about values that a plan or a person set and that are not in force: a phase's flag that another rollout decides, and a
    /// stored value under a rollout.
    /// </summary>
    private static IReadOnlyList<string>? Differences(
        World world, string environment, FlagEntry flag, RolloutState? decides, string? stored)
    {
        var found = new List<string>();
        foreach (var other in world.Rollouts.Values.Select(entry => entry.State)
            .Where(state => state.Environment == environment && state.Id != decides?.Id && !world.HasLetGo(state))
            .OrderBy(state => state.Id, StringComparer.Ordinal))
        {
            if (other.FlagsInForce.FirstOrDefault(one => one.Key == flag.Key) is { } planned && !Same(planned.Json, flag.StaticJson))
            {
                found.Add($"Plan says {Short(planned.Json)} (phase {other.Phase!.Name} of rollout {other.Id}), in force is {InForce(flag)}.");
            }
        }

        if (decides is not null && stored is not null && !Same(stored, flag.StaticJson))
        {
            found.Add($"Stored value is {Short(stored)}, in force is {InForce(flag)}.");
        }

        return found.Count == 0 ? null : found;
    }

    /// <summary>False where a route is in force: it has no one value.</summary>
    private static bool Same(string set, string? inForce) => inForce is not null && JsonValue.Same(set, inForce);

    private static string InForce(FlagEntry flag) => flag.Route is { } route
        ? $"the route of rollout {route.Rollout}"
        : $"{Short(flag.StaticJson!)} by {flag.Origin ?? "its stored value"}";

    private static string Short(string json) => json.Length <= 60 ? json : string.Concat(json.AsSpan(0, 57), "...");

    private static async Task<object?> Reported(Query request, RolloutState rollout)
    {
        try
        {
            var readings = await request.Service<IGrainFactory>().GetGrain<IMetricsGrain>(rollout.Id)
                .Look(ReportedRequests.Ask(rollout)).WaitAsync(Patience, request.Stop);
            return ReportedRequests.Of(readings);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return null;
        }
    }

    /// <summary>Answers of nodes, added up.</summary>
    /// <param name="Nodes">Nodes in the sums.</param>
    /// <param name="Silent">Nodes whose answers are unknown: without a report, or of a build that does not count.</param>
    /// <param name="Complete">False when the reports of the other nodes could not be read.</param>
    private sealed record NodeCounts(string[] Nodes, string[] Silent, bool Complete)
    {
        private readonly List<ServedReport> _reports = [];

        public static async Task<NodeCounts> Of(Query request, long timeline)
        {
            var self = request.Service<NodeIdentity>().Id;
            var (nodes, silent, complete) = (new List<string> { self }, new List<string>(), true);
            List<ServedReport> reports = [request.Service<ServedLately>().Look()];
            try
            {
                foreach (var (report, age) in (await request.Service<INodeRegistry>().All(request.Stop).WaitAsync(Patience, request.Stop))
                    .Where(known => known.Report.Id != self && known.Report.Timeline == timeline))
                {
                    if (report.Served is { } served && age <= InForceEndpoint.Silent)
                    {
                        nodes.Add(report.Id);
                        reports.Add(served);
                    }
                    else
                    {
                        silent.Add(report.Id);
                    }
                }
            }
            catch (Exception failure) when (failure is TimeoutException or IOException or System.Data.Common.DbException)
            {
                complete = false;
            }

            var counts = new NodeCounts([.. nodes], [.. silent], complete);
            counts._reports.AddRange(reports);
            return counts;
        }

        /// <summary>The sum for a flag, over the longest span of a node.</summary>
        public object Of(string environment, string flag)
        {
            var found = _reports.SelectMany(report => report.Flags)
                .Where(one => one.Environment == environment && one.Flag == flag).ToArray();
            return new
            {
                @new = found.Sum(one => one.New),
                legacy = found.Sum(one => one.Legacy),
                seconds = _reports.Max(report => report.Seconds),
            };
        }
    }
}
