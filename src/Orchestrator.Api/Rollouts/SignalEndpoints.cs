using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Api.Pushes;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Rollouts;

/// <summary>External signals for a rollout: samples, complaints.</summary>
internal static class SignalEndpoints
{
    public const string Complaint = "complaint";
    private const string ComplaintSeries = "complaints";

    public static void MapSignals(this IEndpointRouteBuilder api)
    {
        api.MapPost(BodyKind.Metrics, "/rollouts/{id}/metrics", "Push metric samples", Metrics, Permission.Ingest);
        api.MapQuery("/rollouts/{id}/sources", "List the status of its metric sources, and the API keys that push samples: last push, last rejection", Sources);
        api.MapCommand("POST", "/rollouts/{id}/feedback", "Count reports of users to support: { kind?, count? }", new Operation<RolloutCommand>(
            Permission.Feedback, BodyKind.Json, ReadFeedback, SendFeedback,
            (_, _, _) => new ApiResult.Ok(new { accepted = true }, Status: 202)));
    }

    private static async Task<ApiResult> Sources(Query request, World world)
    {
        var id = request.RouteValue("id");
        if (!world.Rollouts.TryGetValue(id, out var entry))
        {
            return RolloutProblems.NotFound(id);
        }

        // An evaluation node queries no source, so its configuration has nothing about them.
        var http = request.Http.RequestServices.GetService<SourceHttp>();
        return new ApiResult.Ok(new
        {
            sources = (await SourceStates.Of(request, entry.State)).Select(one => new
            {
                one.Source.Name,
                one.Source.Title,
                kind = one.Source.Kind.ToString().ToLowerInvariant(),
                one.Source.Url,
                one.Source.Credentials,
                state = one.State,
                one.Status?.LastRound,
                one.Status?.LastSuccess,
                one.Status?.LastError,
                error = one.Status is { } status ? status.Error : http?.Refusal(new Uri(one.Source.Url), one.Source.Credentials),
                queries = one.Status?.Queries ?? [],
            }),
            pushers = (await PushersOf(request, id))?.Select(one => new
            {
                one.Key,
                name = world.Access.NameOf(one.Key, one.LastPush),
                one.LastPush,
                one.Accepted,
                one.Rejected,
                one.LastRejection,
            }),
        });
    }

    /// <summary>Null when the node with the windows does not answer, or is of a build without pushers.</summary>
    private static async Task<PusherStatus[]?> PushersOf(Query request, string id)
    {
        try
        {
            return await request.Service<IGrainFactory>().GetGrain<IMetricsGrain>(id).Pushers()
                .WaitAsync(SourceStates.Patience, request.Stop);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return null;
        }
    }

    private static Task<ApiResult> Metrics(Query request, World world)
    {
        var id = request.RouteValue("id");
        return Pushing.Run(request, world, id, () => Take(request, world, id));
    }

    private static async Task<ApiResult> Take(Query request, World world, string id)
    {
        Pushers.Begin(request.Caller.KeyId);
        var receipt = world.Rollouts.ContainsKey(id)
            ? await request.Service<IGrainFactory>().GetGrain<IMetricsGrain>(id).Push(request.BodyArray)
            : null;
        if (receipt is null)
        {
            return RolloutProblems.NotFound(id);
        }

        if (receipt.Malformed)
        {
            return new ApiResult.Problem(400, "metrics.malformed", $"Nothing was accepted. {receipt.Errors[0].Message}", [.. receipt.Errors]);
        }

        request.Service<EvaluationScheduler>().RequestEvaluation(id);
        var warnings = new List<InputError>(receipt.Warnings);
        if (UnjudgedWarning.Of(world, id) is { } unjudged)
        {
            warnings.Insert(0, new InputError("samples", unjudged));
        }

        await TakePeople(request, world, id, warnings);
        return new ApiResult.Ok(
            new
            {
                receipt.Accepted,
                receipt.Rejected,
                errors = receipt.Errors is [] ? null : receipt.Errors,
                warnings = warnings is [] ? null : warnings
            },
            Status: 202);
    }

    /// <summary>
    /// Takes the users that the sender counted beside its samples. A report that cannot be read is a warning: the samples are taken.
    /// </summary>
    private static async Task TakePeople(Query request, World world, string id, List<InputError> warnings)
    {
        if (!PeopleJson.MayBeIn(request.Body.Span) || world.Rollouts.GetValueOrDefault(id)?.State is not { } state)
        {
            return;
        }

        // Samples of a megabyte may stand beside it.
        var report = await request.Service<LargeBodies>().Run(
            BodyOf.Rollout, id, request.Body.Length, () => PeopleJson.Read(request.Body, warnings), request.Stop);
        if (report is null)
        {
            return;
        }

        if (request.Service<PeopleKeeper>().Of(state.Environment, state.Plan.Flag, id) is { } tally)
        {
            tally.Merge(report);
        }
        else
        {
            warnings.Add(new InputError(PeopleJson.Name, $"The rollout {id} does not decide its flag: its users are not counted."));
        }
    }

    private static RolloutCommand? ReadFeedback(Input input)
    {
        if (!input.World.Rollouts.ContainsKey(input.RouteValue("id")))
        {
            input.Problem = RolloutProblems.NotFound(input.RouteValue("id"));
            return null;
        }

        if (input.Members("kind", "count") is not { } body)
        {
            return null;
        }

        var kind = body["kind"] is { } given ? given.Name() : Complaint;
        var count = body["count"] is { } number ? number.Whole(1, 100_000) : 1;
        return kind is null || count is null ? null : new RolloutCommand.ReportFeedback(kind, (int)count);
    }

    private static async Task<CommandResult> SendFeedback(IGrainFactory grains, Command<RolloutCommand> request)
    {
        var id = request.RouteValue("id");
        var result = await grains.GetGrain<IRolloutGrain>(id).Execute(request.Payload, request.Envelope);
        if (result.Outcome == CommandOutcome.Applied && request.Payload is RolloutCommand.ReportFeedback feedback)
        {
            await grains.GetGrain<IMetricsGrain>(id).Count(feedback.Kind == Complaint ? ComplaintSeries : feedback.Kind, feedback.Count);
            request.Service<EvaluationScheduler>().RequestEvaluation(id);
        }

        return result;
    }
}
