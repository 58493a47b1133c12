using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Access;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts.Overview;
using Orchestrator.Api.Rollouts.Retrospectives;
using Orchestrator.Api.Rollouts.Series;
using Orchestrator.Api.Rollouts.Verbs;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Forecasts;
using Orchestrator.Domain.Segments.Filling;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>Rollouts: create, command, view now and in the past.</summary>
internal static class RolloutEndpoints
{
    private const string One = "/rollouts/{id}";

    /// <summary>Longest wait of a view for the newest round; without it the view has the evidence of the newest event.</summary>
    private static readonly TimeSpan RoundPatience = TimeSpan.FromMilliseconds(500);

    public static void MapRollouts(this IEndpointRouteBuilder api)
    {
        api.MapQuery(
            "/rollouts", "List rollouts; ?environment=, ?status=, ?plan=, ?flag=, ?attention=, ?text= in id, title, plan or flag, ?from= and ?to= for those that lived in between", RolloutList.Answer);
        api.MapQuery("/attention", "List what needs a person, in all environments, the worst first; ?environment=", AttentionList.Answer);
        api.MapQuery(One + "/rollback/preview", "Preview of a rollback now: users, nodes, legacy, segments, reason", RollbackPreview.Answer);
        api.MapQuery(One, "Get a rollout; ?version= or ?at= for a moment in the past", Get);
        api.MapQuery(One + "/schedule", "Get its steps as planned and as they happened; ?version= or ?at= for the past", ScheduleEndpoint.Answer);
        api.MapQuery(One + "/events", "List events, ?type= for some types; as application/x-ndjson the whole stream", Known(EventPages.Page));
        api.MapQuery(
            One + "/retrospective", "Retrospective, as application/json, text/markdown or text/html; ?version= or ?at= for the past",
            ExpensiveReads.Of(KnownIn((request, world) => RetrospectiveEndpoint.Answer(request, world, request.RouteValue("id")))));
        api.MapQuery(
            One + "/comparison",
            "Side by side with earlier rollouts of its plan in its environment, as application/json, text/markdown or text/html; ?last=, ?by=plan|flag",
            ExpensiveReads.Of(KnownIn((request, world) => ComparisonEndpoint.Answer(request, world, request.RouteValue("id")))));
        api.MapQuery(
            One + "/series",
            "Series of metrics with their limits and marks: ?metric= (several with commas), ?variant=, ?traffic=, ?segment=, ?from=, ?to=, ?resolution=; without ?metric= the metrics with samples",
            SeriesEndpoint.Answer);
        api.MapCommand("POST", "/rollouts", "Create a rollout of a plan: { id, plan, environment, revision? }", RolloutCreation.Operation);
        foreach (var verb in RolloutVerbs.All)
        {
            api.MapCommand(
                "POST", $"{One}/{verb.Name}", verb.Summary,
                new Operation<RolloutCommand>(verb.Needs, BodyKind.Json, input => Read(input, verb), Send, Moved)
                {
                    Anywhere = verb.Anywhere,
                });
        }
    }

    private static KeyOrigin? Asker(Input input, string review) =>
        input.World.Rollouts.TryGetValue(input.RouteValue("id"), out var rollout)
        && rollout.State.Reviews.FirstOrDefault(one => one.Id == review)?.RequestedBy is { } asker
            ? input.World.Access.OriginOf(asker)
            : null;

    private static RolloutCommand? Read(Input input, RolloutVerbs.Verb verb)
    {
        if (!input.World.Rollouts.ContainsKey(input.RouteValue("id")))
        {
            input.Problem = RolloutProblems.NotFound(input.RouteValue("id"));
            return null;
        }

        var command = input.Members(verb.Members) is { } body ? verb.Read(body) : null;
        return command is RolloutCommand.DecideReview decision
            ? decision with { Origin = input.World.Access.OriginOf(input.Caller.KeyId), Asker = Asker(input, decision.Review) }
            : command;
    }

    private static async Task<CommandResult> Send(IGrainFactory grains, Command<RolloutCommand> request)
    {
        var (id, command) = (request.RouteValue("id"), request.Payload);
        if (Succession.Other(request.Service<IWorld>().Current, id) is { } other)
        {
            if (command is RolloutCommand.Rollback or RolloutCommand.StepBack or RolloutCommand.Restore)
            {
                return Succession.Refused(id, other);
            }

            command = command is RolloutCommand.Retire retire ? retire with { Successor = other } : command;
        }

        return command is RolloutCommand.Rollback { Ramp: false } rollback
            ? await request.Service<PendingRollbacks>().Run(id, rollback, request.Envelope)
            : Named(await grains.GetGrain<IRolloutGrain>(id).Execute(command, request.Envelope), request);
    }

    private static CommandResult Named(CommandResult result, Command<RolloutCommand> request)
    {
        var world = request.Service<IWorld>().Current;
        return world.EnvironmentOf(request.RouteValue("id")) is { } environment
            ? result with { Message = StoppedLine.Named(world, environment, result.Code, result.Message) }
            : result;
    }

    private static ApiResult Moved(Command<RolloutCommand> request, CommandResult result, World world) =>
        result.Outcome == CommandOutcome.Kept ? new ApiResult.Ok(
            new { rollout = request.RouteValue("id"), accepted = true, command = request.Envelope.CommandId, text = result.Message },
            Status: 202)
        : Shown(request, request.RouteValue("id"), world, warnings: request.Payload is RolloutCommand.Restore ? RestoreWarnings.Of : null);

    /// <summary>The rollout in this node's view.</summary>
    /// <param name="request">The request.</param>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="world">This node's view of the log.</param>
    /// <param name="status">200 or 201.</param>
    /// <param name="warnings">Warnings about the command just applied; null for none.</param>
    public static ApiResult Shown(
        ApiRequest request, string id, World world, int status = 200,
        Func<RolloutState, DateTimeOffset, IReadOnlyList<string>>? warnings = null)
    {
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return RolloutProblems.NotFound(id);
        }

        var now = request.Service<OrchestratorClock>().GetUtcNow();
        var view = RolloutView.Of(
            found.State, null, now, world.Access, other: Succession.Other(world, id), warnings: warnings?.Invoke(found.State, now),
            cohorts: Cohorts(world, found.State), people: PeopleView.Of(request.Service<PeopleKeeper>(), found.State, now),
            exposure: ExposureView.Of(request.Service<PeopleKeeper>(), found.State, ExposureTimes.Newest(found.State), now));
        return new ApiResult.Ok(view, found.Version, status, status == 201 ? $"/api/v1/rollouts/{id}" : null);
    }

    private static Func<string, Cohort?> Cohorts(World world, RolloutState state) =>
        key => world.Segments.TryGetValue($"{state.Environment}/{key}", out var segment) ? Cohort.Of(key, segment.State) : null;

    private static Func<Query, World, Task<ApiResult>> Known(Func<Query, string, Task<ApiResult>> answer) =>
        KnownIn((request, _) => answer(request, RolloutEvents.Stream(request.RouteValue("id"))));

    private static Func<Query, World, Task<ApiResult>> KnownIn(Func<Query, World, Task<ApiResult>> answer) => (request, world) =>
        world.Rollouts.ContainsKey(request.RouteValue("id")) || world.Quarantined.ContainsKey(RolloutEvents.Stream(request.RouteValue("id")))
            ? answer(request, world)
            : Task.FromResult<ApiResult>(RolloutProblems.NotFound(request.RouteValue("id")));

    private static async Task<ApiResult> Get(Query request, World world)
    {
        var id = request.RouteValue("id");
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return RolloutProblems.NotFound(id);
        }

        var (asOf, problem) = AsOf.Read(request.Http.Request.Query);
        if (asOf is null)
        {
            return problem!;
        }

        if (asOf.IsNow)
        {
            var now = request.Service<OrchestratorClock>().GetUtcNow();
            var sources = SourceStates.Of(request, found.State);
            var watched = found.State.Watched;
            var round = watched ? await Patiently(request, grains => grains.GetGrain<IRolloutGrain>(id).LastObservation()) : null;
            var refused = watched ? await Patiently(request, grains => grains.GetGrain<IMetricsGrain>(id).Refused()) : null;
            var view = RolloutView.Of(
                found.State, round, now, world.Access, await Forecast(request, found.State, round, now), await sources, refused,
                Succession.Other(world, id), cohorts: Cohorts(world, found.State),
                verbs: new CallerVerbs(Viewer.Of(request, world), found.State, round), lease: request.Service<NodeIdentity>().Lease,
                people: PeopleView.Of(request.Service<PeopleKeeper>(), found.State, now),
            exposure: ExposureView.Of(request.Service<PeopleKeeper>(), found.State, ExposureTimes.Newest(found.State), now));
            return new ApiResult.Ok(view, found.Version);
        }

        return await ExpensiveReads.Run(request, () => Then(request, world, id, asOf));
    }

    private static async Task<ApiResult> Then(Query request, World world, string id, AsOf asOf)
    {
        return await asOf.State(request.Service<IEventLog>(), id, request.Stop) is { } state
            ? new ApiResult.Ok(RolloutView.Of(state, null, asOf.At ?? state.LastAt, world.Access), state.Version)
            : RolloutProblems.NotYet(id);
    }

    private static async Task<Forecast?> Forecast(Query request, RolloutState state, Observation? round, DateTimeOffset now)
    {
        var queries = Forecaster.Ask(state);
        var traffic = queries.Length == 0
            ? []
            : await Patiently(request, grains => grains.GetGrain<IMetricsGrain>(state.Id).Look(queries));
        return Forecaster.Of(state, round, traffic ?? [], now);
    }

    /// <summary>The answer of a grain; null after a timeout, and on a node without grains.</summary>
    internal static async Task<T?> Patiently<T>(Query request, Func<IGrainFactory, Task<T>> question)
    {
        try
        {
            return await question(request.Service<IGrainFactory>()).WaitAsync(RoundPatience, request.Stop);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return default;
        }
    }
}
