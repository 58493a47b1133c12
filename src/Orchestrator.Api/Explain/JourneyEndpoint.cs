using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Events;
using Orchestrator.Api.Http;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Journeys;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Routing;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Routing.Journeys;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Explain;

/// <summary>Explains a user's variant over a time. Posted, since the context has personal data.</summary>
internal static class JourneyEndpoint
{
    public static void MapJourney(this IEndpointRouteBuilder api) => api.MapPost(
        BodyKind.Json, "/environments/{environment}/journey",
        "Explain the variants of a user over a time, by the log: { flag, context, from?, to? }", Journey);

    private static async Task<ApiResult> Journey(Query request, World world)
    {
        var environment = request.RouteValue("environment");
        var now = request.Service<OrchestratorClock>().GetUtcNow();
        var input = new Input(request, world, now);
        var members = input.Members("flag", "context", "from", "to");
        var flag = members?.Require("flag")?.Text(FlagName.Longest);
        members?.Require("context");
        var from = members?["from"]?.Instant();
        var to = members?["to"]?.Instant();
        if (from > now)
        {
            input.Error("from", "is in the future");
        }

        if (to > now)
        {
            input.Error("to", "is in the future");
        }

        if (from > to)
        {
            input.Error("from", "must be at or before to");
        }

        if (input.Refusal is { } refusal)
        {
            return refusal;
        }

        if (ContextBody.Read(request.Body.Span, new EvaluationContext().Begin(null)) is { } wrong)
        {
            return ApiResult.Invalid("context", wrong.Details);
        }

        var streams = JourneyStreams.Of(world, environment, flag!);
        if (streams.Count > JourneyReader.MostStreams)
        {
            return new ApiResult.Problem(
                422, "journey.too_large",
                $"The flag depends on {streams.Count:N0} rollouts and segments; a journey reads at most {JourneyReader.MostStreams:N0}. Explain single moments instead.");
        }

        EvaluationContext User(EnvironmentTable? table)
        {
            var user = new EvaluationContext().Begin(table);
            ContextBody.Read(request.Body.Span, user);
            return user;
        }

        var question = new JourneyQuestion(environment, flag!, User, from, to);
        return await ExpensiveReads.Run(request, async () => new ApiResult.Ok(Shown(
            question, now, world, await JourneyReader.Read(request.Service<IEventLog>(), world, question, streams, request.Stop))));
    }

    private static object Shown(JourneyQuestion question, DateTimeOffset now, World world, Journey journey) => new
    {
        question.Environment,
        question.Flag,
        question.From,
        to = question.To ?? now,
        world.Position,
        intervals = journey.Intervals.Select(one => Shown(one, world.Access)),
        notice = Notice(question, journey),
    };

    private static object Shown(JourneyInterval interval, AccessState access)
    {
        var (answer, cause) = (interval.Answer, interval.Cause);
        return new
        {
            interval.From,
            interval.Until,
            answer.Variant,
            answer.Value,
            answer.Reason,
            answer.ErrorCode,
            answer.Bucket,
            answer.StickyBy,
            answer.Percentage,
            answer.Audience,
            answer.Rollout,
            answer.PlanRevision,
            answer.Phase,
            answer.Step,
            interval.Text,
            began = new
            {
                cause.Stream,
                cause.Version,
                cause.Position,
                type = EventView.Name(cause.Type),
                cause.At,
                by = new ActorView(
                    cause.Actor.Kind, cause.Actor.Id, cause.Actor.Role,
                    cause.Actor.Kind == ActorKind.User ? access.NameOf(cause.Actor.Id, cause.At) : null),
            },
        };
    }

    private static string? Notice(JourneyQuestion question, Journey journey) => journey.Cut
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"Only the newest {Domain.Journeys.Journey.Most:N0} intervals are shown. Those before {journey.Intervals[0].From:u} are answered with `to` before that.")
        : journey.Intervals.IsEmpty ? $"There was no flag '{question.Flag}' in {question.Environment} in that time." : null;
}
