using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts.Retrospectives;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Events;
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
using Orleans.Runtime;

namespace Orchestrator.Api.Rollouts;

/// <summary>Rollouts: create, command, view now and in the past.</summary>
internal static class RolloutEndpoints
{
    private const string One = "/rollouts/{id}";

    /// <summary>Longest wait of a view for the newest round; without it the view has the evidence of the newest event.</summary>
    private static readonly TimeSpan RoundPatience = TimeSpan.FromMilliseconds(500);

    public static void MapRollouts(this IEndpointRouteBuilder api)
    {
        api.Ask("/rollouts", "List rollouts; ?environment=, ?status=", List);
        api.Ask(One, "Get a rollout; ?version= or ?at= for a moment in the past", Get);
        api.Ask(One + "/events", "List events, ?type= for some types; as application/x-ndjson the whole stream", Known(EventPages.Page));
        api.Ask(
            One + "/retrospective", "Retrospective, as application/json, text/markdown or text/html; ?version= or ?at= for the past",
            ExpensiveReads.Of(Known((ask, _) => RetrospectiveEndpoint.Answer(ask, ask.Route("id")))));
        api.Change("POST", "/rollouts", "Create a rollout of a plan: { id, plan, environment, revision? }", RolloutCreation.Operation);
        foreach (var verb in RolloutVerbs.All)
        {
            api.Change("POST", $"{One}/{verb.Name}", verb.Summary, new Operation<RolloutCommand>(verb.Needs, BodyKind.Json, input => Read(input, verb), Send, Moved));
        }
    }

    private static KeyOrigin? Asker(Input input, string review) =>
        input.World.Rollouts.TryGetValue(input.Route("id"), out var rollout) && rollout.State.Reviews.FirstOrDefault(one => one.Id == review)?.RequestedBy is { } asker
            ? input.World.Access.OriginOf(asker)
            : null;

    private static RolloutCommand? Read(Input input, RolloutVerbs.Verb verb)
    {
        if (!input.World.Rollouts.ContainsKey(input.Route("id")))
        {
            input.Problem = NotFound(input.Route("id"));
            return null;
        }

        var command = input.Members(verb.Members) is { } body ? verb.Read(body) : null;
        return command is RolloutCommand.DecideReview decision ? decision with { Origin = input.World.Access.OriginOf(input.Caller.KeyId), Asker = Asker(input, decision.Review) } : command;
    }

    private static async Task<CommandResult> Send(IGrainFactory grains, Change<RolloutCommand> change)
    {
        var (id, command, services) = (change.Route("id"), change.Command, change.Http.RequestServices);
        if (Succession.Other(((IWorld)services.GetService(typeof(IWorld))!).Current, id) is { } other)
        {
            if (command is RolloutCommand.Rollback or RolloutCommand.StepBack or RolloutCommand.Restore)
            {
                return Succession.Refused(id, other);
            }

            command = command is RolloutCommand.Retire retire ? retire with { Successor = other } : command;
        }

        return command is RolloutCommand.Rollback { Ramp: false } rollback
            ? await ((KeptRollbacks)services.GetService(typeof(KeptRollbacks))!).Run(id, rollback, change.Envelope)
            : Named(await grains.GetGrain<IRolloutGrain>(id).Run(command, change.Envelope), change);
    }

    /// <summary>Adds the name of the person who stopped the line: rollouts know the id only.</summary>
    private static CommandResult Named(CommandResult result, Change<RolloutCommand> change)
    {
        var world = ((IWorld)change.Http.RequestServices.GetService(typeof(IWorld))!).Current;
        return result.Code == "rollout.line_stopped" && world.Rollouts.GetValueOrDefault(change.Route("id"))?.State.Environment is { } environment
            && world.Environments.GetValueOrDefault(environment)?.State.Line is { } line && world.Access.NameOf(line.By, line.Since) is { } name
            ? result with { Message = result.Message?.Replace($" by {line.By}:", $" by {name} ({line.By}):", StringComparison.Ordinal) }
            : result;
    }

    private static Answer Moved(Change<RolloutCommand> change, CommandResult result, World world) => result.Outcome == CommandOutcome.Kept
        ? new Answer.Ok(new { rollout = change.Route("id"), accepted = true, command = change.Envelope.CommandId, text = result.Message }, Status: 202)
        : Shown(change.Http, change.Route("id"), world, warnings: change.Command is RolloutCommand.Restore ? RestoreWarnings.Of : null);

    /// <summary>The rollout in this node's view.</summary>
    /// <param name="http">The call.</param>
    /// <param name="id">Id of the rollout.</param>
    /// <param name="world">This node's view of the log.</param>
    /// <param name="status">200 or 201.</param>
    /// <param name="warnings">Warnings about the command just applied; null for none.</param>
    public static Answer Shown(
        Microsoft.AspNetCore.Http.HttpContext http, string id, World world, int status = 200, Func<RolloutState, DateTimeOffset, IReadOnlyList<string>>? warnings = null)
    {
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return NotFound(id);
        }

        var clock = (OrchestratorClock)http.RequestServices.GetService(typeof(OrchestratorClock))!;
        var now = clock.GetUtcNow();
        var view = RolloutView.Of(found.State, null, now, world.Access, other: Succession.Other(world, id), warnings: warnings?.Invoke(found.State, now), cohorts: Cohorts(world, found.State));
        return new Answer.Ok(view, found.Version, status, status == 201 ? $"/api/v1/rollouts/{id}" : null);
    }

    private static Func<string, Cohort?> Cohorts(World world, RolloutState state) =>
        key => world.Segments.TryGetValue($"{state.Environment}/{key}", out var segment) ? Cohort.Of(key, segment.State) : null;

    /// <summary>Problem for a moment before the rollout existed.</summary>
    public static Answer.Problem NotYet(string id) => Answer.NotFound("rollout.not_found", $"Rollout {id} did not exist yet, or has no such version.");

    private static Answer.Problem NotFound(string id) => Answer.NotFound("rollout.not_found", $"There is no rollout {id}.");

    private static Func<Ask, World, Task<Answer>> Known(Func<Ask, string, Task<Answer>> answer) => (ask, world) =>
        world.Rollouts.ContainsKey(ask.Route("id")) || world.Held.ContainsKey(RolloutEvents.Stream(ask.Route("id")))
            ? answer(ask, RolloutEvents.Stream(ask.Route("id")))
            : Task.FromResult<Answer>(NotFound(ask.Route("id")));

    private static Answer List(Ask ask, World world)
    {
        var query = ask.Http.Request.Query;
        string? environment = null;
        RolloutStatus? status = null;
        if ((Paging.Read(query, out var after, out var limit) ?? query.Id("environment", out environment) ?? query.OneOf("status", out status)) is { } problem)
        {
            return problem;
        }

        var all = world.Rollouts.Values.Select(entry => entry.State).Where(state =>
            (environment is null || state.Environment == environment) && (status is null || state.Status == status));
        var (rollouts, next) = Paging.Page(all, state => state.Id, after, limit);
        return new Answer.Ok(new { rollouts = rollouts.Select(RolloutView.Brief), next });
    }

    private static async Task<Answer> Get(Ask ask, World world)
    {
        var id = ask.Route("id");
        if (!world.Rollouts.TryGetValue(id, out var found))
        {
            return NotFound(id);
        }

        var (moment, problem) = AsOf.Read(ask.Http.Request.Query);
        if (moment is null)
        {
            return problem!;
        }

        if (moment.IsNow)
        {
            var now = ask.Service<OrchestratorClock>().GetUtcNow();
            var sources = SourceStates.Of(ask, found.State);
            var watched = found.State.Watched;
            var round = watched ? await Patiently(ask, grains => grains.GetGrain<IRolloutGrain>(id).LastObservation()) : null;
            var refused = watched ? await Patiently(ask, grains => grains.GetGrain<IMetricsGrain>(id).Refused()) : null;
            return new Answer.Ok(RolloutView.Of(found.State, round, now, world.Access, await Forecast(ask, found.State, round, now), await sources, refused, Succession.Other(world, id), cohorts: Cohorts(world, found.State)), found.Version);
        }

        return await ExpensiveReads.Run(ask, () => Then(ask, world, id, moment));
    }

    private static async Task<Answer> Then(Ask ask, World world, string id, AsOf moment)
    {
        if (await moment.Events(ask.Service<IEventLog>(), id, ask.Stop) is not { } events)
        {
            return NotYet(id);
        }

        var state = events.Aggregate(RolloutState.None, RolloutEvolution.Evolve);
        return new Answer.Ok(RolloutView.Of(state, null, moment.At ?? state.LastAt, world.Access), state.Version);
    }

    private static async Task<Forecast?> Forecast(Ask ask, RolloutState state, Observation? round, DateTimeOffset now)
    {
        var questions = Forecaster.Ask(state);
        var traffic = questions.Length == 0 ? [] : await Patiently(ask, grains => grains.GetGrain<IMetricsGrain>(state.Id).Look(questions));
        return Forecaster.Of(state, round, traffic ?? [], now);
    }

    /// <summary>The answer of a grain; null after a timeout, and on a node without grains.</summary>
    private static async Task<T?> Patiently<T>(Ask ask, Func<IGrainFactory, Task<T>> question)
    {
        try
        {
            return await question(ask.Service<IGrainFactory>()).WaitAsync(RoundPatience, ask.Stop);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return default;
        }
    }
}
