using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Pushes;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Metrics;
using Orchestrator.Grains.Metrics.Sources;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;
using Orleans.Runtime;

namespace Orchestrator.Api.Rollouts;

/// <summary>External signals for a rollout: samples, complaints.</summary>
internal static class SignalEndpoints
{
    public const string Complaint = "complaint";
    private const string ComplaintSeries = "complaints";

    public static void MapSignals(this IEndpointRouteBuilder api)
    {
        api.AskWith(BodyKind.Metrics, "/rollouts/{id}/metrics", "Push metric samples", Metrics, Permission.Ingest);
        api.Ask("/rollouts/{id}/sources", "List the status of its metric sources, and the API keys that push samples: last push, last rejection", Sources);
        api.Change("POST", "/rollouts/{id}/feedback", "Count reports of users to support: { kind?, count? }", new Operation<RolloutCommand>(
            Permission.Feedback, BodyKind.Json, ReadFeedback, SendFeedback, (_, _, _) => new Answer.Ok(new { accepted = true }, Status: 202)));
    }

    private static async Task<Answer> Sources(Ask ask, World world)
    {
        var id = ask.Route("id");
        if (!world.Rollouts.TryGetValue(id, out var entry))
        {
            return Answer.NotFound("rollout.not_found", $"There is no rollout {id}.");
        }

        // An evaluation node queries no source, so its configuration has nothing about them.
        var http = (SourceHttp?)ask.Http.RequestServices.GetService(typeof(SourceHttp));
        return new Answer.Ok(new
        {
            sources = (await SourceStates.Of(ask, entry.State)).Select(one => new
            {
                one.Source.Name, one.Source.Title, kind = one.Source.Kind.ToString().ToLowerInvariant(), one.Source.Url, one.Source.Credentials, state = one.State, one.Status?.LastRound,
                one.Status?.LastSuccess, one.Status?.LastError, error = one.Status is { } status ? status.Error : http?.Refusal(new Uri(one.Source.Url), one.Source.Credentials),
                queries = one.Status?.Queries ?? [],
            }),
            pushers = (await PushersOf(ask, id))?.Select(one => new
            {
                one.Key, name = world.Access.NameOf(one.Key, one.LastPush),
                one.LastPush, one.Accepted, one.Rejected, one.LastRejection,
            }),
        });
    }

    /// <summary>Null when the node with the windows does not answer, or is of a build without pushers.</summary>
    private static async Task<PusherStatus[]?> PushersOf(Ask ask, string id)
    {
        try
        {
            return await ask.Service<IGrainFactory>().GetGrain<IMetricsGrain>(id).Pushers().WaitAsync(SourceStates.Patience, ask.Stop);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or EvaluationOnlyException)
        {
            return null;
        }
    }

    private static async Task<Answer> Metrics(Ask ask, World world)
    {
        var (body, problem) = await ask.Body(BodyKind.Metrics);
        if (problem is not null)
        {
            return problem;
        }

        var id = ask.Route("id");
        return await Pushing.Run(ask, world, id, body, () => Take(ask, world, id, body));
    }

    private static async Task<Answer> Take(Ask ask, World world, string id, ReadOnlyMemory<byte> body)
    {
        Pushers.Begin(ask.Caller.KeyId);
        var receipt = world.Rollouts.ContainsKey(id) ? await ask.Service<IGrainFactory>().GetGrain<IMetricsGrain>(id).Push(body.ToArray()) : null;
        if (receipt is null)
        {
            return Answer.NotFound("rollout.not_found", $"There is no rollout {id}.");
        }

        if (receipt.Malformed)
        {
            return new Answer.Problem(400, "metrics.malformed", $"Nothing was accepted. {receipt.Errors[0].Message}", [.. receipt.Errors]);
        }

        ask.Service<EvaluationPump>().Poke(id);
        InputError[] warnings = Unjudged.Of(world, id) is { } unjudged ? [new InputError("samples", unjudged), .. receipt.Warnings] : receipt.Warnings;
        return new Answer.Ok(
            new { receipt.Accepted, receipt.Rejected, errors = receipt.Errors is [] ? null : receipt.Errors, warnings = warnings is [] ? null : warnings },
            Status: 202);
    }

    private static RolloutCommand? ReadFeedback(Input input)
    {
        if (!input.World.Rollouts.ContainsKey(input.Route("id")))
        {
            input.Problem = Answer.NotFound("rollout.not_found", $"There is no rollout {input.Route("id")}.");
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

    private static async Task<CommandResult> SendFeedback(IGrainFactory grains, Change<RolloutCommand> change)
    {
        var id = change.Route("id");
        var result = await grains.GetGrain<IRolloutGrain>(id).Run(change.Command, change.Envelope);
        if (result.Outcome == CommandOutcome.Applied && change.Command is RolloutCommand.ReportFeedback feedback)
        {
            await grains.GetGrain<IMetricsGrain>(id).Count(feedback.Kind == Complaint ? ComplaintSeries : feedback.Kind, feedback.Count);
            ((EvaluationPump)change.Http.RequestServices.GetService(typeof(EvaluationPump))!).Poke(id);
        }

        return result;
    }
}
