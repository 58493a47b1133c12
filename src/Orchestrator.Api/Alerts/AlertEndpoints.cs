using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Pushes;
using Orchestrator.Api.Requests;
using Orchestrator.Api.Rollouts;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans.Rules;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Alerts;

/// <summary>Webhook for alert managers.</summary>
internal static class AlertEndpoints
{
    /// <summary>Limit: 50,000 alerts of 1.2 KB. Read piece by piece, so it costs no memory.</summary>
    private static readonly BodyKind Message = new(64 * 1024 * 1024, "application/json") { Streamed = true };

    /// <summary>Seconds after which the sender of a too large message may retry: by then its group may be smaller.</summary>
    private const int Later = 30;

    public static void MapAlerts(this IEndpointRouteBuilder api) =>
        api.MapCommand("POST", "/rollouts/{id}/alerts", "Webhook of Alertmanager (version 4) and of Grafana (version 1)", new Operation<AlertBatch>(
            Permission.Ingest, Message, _ => null, Send, Result)
        { Stream = Read });

    private static async Task<(AlertBatch? Command, byte[] Digest)> Read(Input input, CancellationToken stop)
    {
        var id = input.RouteValue("id");
        if (!input.World.Rollouts.TryGetValue(id, out var entry))
        {
            // Before the body: when the request is handled again, it still has it.
            input.Problem = RolloutProblems.NotFound(id);
            return (null, []);
        }

        if (Pushing.Bound(input.World, input.Request.HttpContext, id) is { } bound)
        {
            input.Problem = bound;
            return (null, []);
        }

        if (input.Request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // The server's own limit would answer 413, after which Alertmanager does not retry.
            size.MaxRequestBodySize = null;
        }

        var reader = new AlertMessageReader(PlanRules.Alerts(entry.State.Plan));
        var stream = new AlertStream(input.Request.BodyReader, reader, Message.Limit);
        try
        {
            await stream.Read(stop);
        }
        catch (JsonException broken)
        {
            var sentence = broken.Message.Split(" LineNumber:")[0].TrimEnd('.');
            input.Problem = new ApiResult.Problem(400, "json.malformed", "The body is not JSON.", [new InputError("", $"this is not JSON: {sentence}")]);
            return (null, stream.Digest());
        }

        var message = reader.Message(stream.Cut);
        var tally = reader.Tally;
        if (reader.Faults.Count > 0 || tally is { Taken: 0, Rejected: > 0 })
        {
            input.Errors([.. reader.Faults, .. tally.Errors]);
            return (null, stream.Digest());
        }

        return (new AlertBatch(message, tally, stream.Cut), stream.Digest());
    }

    private static async Task<CommandResult> Send(IGrainFactory grains, Command<AlertBatch> request)
    {
        var rollout = request.RouteValue("id");
        var result = await grains.GetGrain<IRolloutGrain>(rollout)
            .Execute(new RolloutCommand.ReportAlerts(request.Payload.Message), request.Envelope with { ExpectedVersion = null });
        request.Service<EvaluationScheduler>().RequestEvaluation(rollout);
        return result;
    }

    private static ApiResult Result(Command<AlertBatch> request, CommandResult result, World world)
    {
        var (_, tally, cut) = request.Payload;
        if (cut)
        {
            return new ApiResult.Problem(
                503, "alerts.too_large", $"The message has more than {Message.Limit:N0} bytes, or a text of more than {AlertStream.LongestToken:N0}. Its first {tally.Taken:N0} alerts were accepted; "
                    + "the unread rest may fire. Send fewer at a time: group by more labels, or set max_alerts.", RetryAfter: Later);
        }

        var full = world.Rollouts.TryGetValue(request.RouteValue("id"), out var entry) && AlertWatch.IsFull(entry.State);
        return new ApiResult.Ok(new
        {
            alerts = tally.Taken,
            read = tally.Read,
            rejected = tally.Rejected,
            errors = tally.Errors is [] ? null : tally.Errors,
            warnings = full ? new[] { $"Alerts of the plan fire in {AlertGroup.MostGroups} groups, the most that are tracked separately: alerts of further groups stay firing when they are left out. Group by fewer labels." } : null,
        });
    }
}
