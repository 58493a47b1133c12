using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts.Previews;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Plans;

/// <summary>Questions about a plan before it is stored, or before a rollout of it: differences and dates. None changes anything.</summary>
internal static class PlanPreviews
{
    private const string One = "/plans/{name}";

    /// <summary>Furthest start of a preview: a date that is no mistyped year.</summary>
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(3650);

    public static void MapPlanPreviews(this IEndpointRouteBuilder api)
    {
        api.MapQuery(
            $"{One}/compare", "Compare two revisions of a plan in sentences: ?from=, ?to= (the newest unless given)", Compare);
        api.MapPost(
            BodyKind.Plan, $"{One}/compare", "Compare a plan (YAML or JSON) with a revision in sentences, without storing it: ?with=, the newest unless given",
            ExpensiveReads.Of(CompareText));
        api.MapQuery($"{One}/preview", "Earliest dates of each step of a plan; ?revision=, ?start=", Preview);
        api.MapPost(
            BodyKind.Plan, "/plans/preview", "Earliest dates of each step of a plan (YAML or JSON) that is not stored; ?start=", PreviewText);
        api.MapQuery(
            $"{One}/weather", "Simulate a bad value of a metric from the begin of a step on: ?step=, ?metric=, ?value=; ?revision=",
            ExpensiveReads.Of(Weather));
        api.MapPost(
            BodyKind.Plan, "/plans/weather", "Simulate a bad value of a metric in a plan (YAML or JSON) that is not stored: ?step=, ?metric=, ?value=",
            ExpensiveReads.Of(WeatherText));
    }

    private static ApiResult Compare(Query request, World world)
    {
        var name = request.RouteValue("name");
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var (from, to) = (Number(request, "from", errors), Number(request, "to", errors));
        if (from is null && errors.Count == 0)
        {
            errors.Add(new InputError("from", "is required: the revision to compare with"));
        }

        return errors.Count > 0 ? ApiResult.Invalid(errors.ToImmutable())
            : PlanEndpoints.Find(world, name, from) is { } before && PlanEndpoints.Find(world, name, to) is { } after
                ? new ApiResult.Ok(Shown(before, PlanEndpoints.Read(after), after.Revision, request))
                : NotFound(name);
    }

    private static async Task<ApiResult> CompareText(Query request, World world)
    {
        var name = request.RouteValue("name");
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var with = Number(request, "with", errors);
        if (errors.Count > 0)
        {
            return ApiResult.Invalid(errors.ToImmutable());
        }

        if (PlanEndpoints.Find(world, name, with) is not { } before)
        {
            return NotFound(name);
        }

        var reading = await PlanEndpoints.ReadText(request);
        return reading.Plan is { } plan
            ? new ApiResult.Ok(Shown(before, plan, null, request))
            : ApiResult.Invalid(reading.Errors);
    }

    private static object Shown(PlanRevision before, Plan after, int? revision, Query request)
    {
        var comparison = PlanComparison.Of(PlanEndpoints.Read(before), after, Now(request));
        return new
        {
            plan = after.Name,
            from = new { before.Revision, before.Hash },
            to = new { revision, after.Hash },
            same = before.Hash == after.Hash,
            text = comparison.Text,
            changes = comparison.Changes,
            looser = comparison.Looser,
            users = new { texts = comparison.UserTexts, steps = comparison.Users },
        };
    }

    private static ApiResult Preview(Query request, World world)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var (revision, start) = (Number(request, "revision", errors), Start(request, errors));
        return errors.Count > 0 ? ApiResult.Invalid(errors.ToImmutable())
            : PlanEndpoints.Find(world, request.RouteValue("name"), revision) is { } found
                ? new ApiResult.Ok(PlanSchedule.Of(PlanEndpoints.Read(found), start), found.Revision)
                : NotFound(request.RouteValue("name"));
    }

    private static async Task<ApiResult> PreviewText(Query request, World world)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var start = Start(request, errors);
        var reading = await PlanEndpoints.ReadText(request);
        return reading.Plan is { } plan && errors.Count == 0
            ? new ApiResult.Ok(PlanSchedule.Of(plan, start))
            : ApiResult.Invalid([.. errors, .. reading.Errors]);
    }

    private static Task<ApiResult> Weather(Query request, World world)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var revision = Number(request, "revision", errors);
        return Task.FromResult(PlanEndpoints.Find(world, request.RouteValue("name"), revision) is { } found
            ? Weather(request, PlanEndpoints.Read(found), errors)
            : errors.Count > 0 ? ApiResult.Invalid(errors.ToImmutable()) : NotFound(request.RouteValue("name")));
    }

    private static async Task<ApiResult> WeatherText(Query request, World world)
    {
        var reading = await PlanEndpoints.ReadText(request);
        return reading.Plan is { } plan
            ? Weather(request, plan, ImmutableArray.CreateBuilder<InputError>())
            : ApiResult.Invalid(reading.Errors);
    }

    private static ApiResult Weather(Query request, Plan plan, ImmutableArray<InputError>.Builder errors)
    {
        var query = request.Http.Request.Query;
        var (step, metric, value) = (query["step"].ToString(), query["metric"].ToString(), query["value"].ToString());
        var places = from phase in plan.Phases.Index()
                     from one in phase.Item.Steps.Index()
                     select (Phase: phase.Index, one.Index, one.Item.Name);
        var place = places.FirstOrDefault(one => one.Name == step);
        if (place.Name is null)
        {
            var names = plan.Phases.SelectMany(phase => phase.Steps).Select(one => one.Name);
            errors.Add(new InputError("step", $"must be a step of the plan, but is '{Field.Short(step)}'{Nearest.Hint(step, names)}"));
        }

        if (plan.Metric(metric) is not { } known)
        {
            errors.Add(new InputError(
                "metric", $"must be a metric of the plan, but is '{Field.Short(metric)}'{Nearest.Hint(metric, plan.Metrics.Select(one => one.Name))}"));
            return ApiResult.Invalid(errors.ToImmutable());
        }

        if (!ConditionParser.TryParseQuantity(value, out var quantity, out _)
            || (quantity.Unit != known.Unit && quantity.Unit != Unit.Number))
        {
            errors.Add(new InputError("value", $"must be {Units.Name(known.Unit)} or a plain number, but is '{Field.Short(value)}'"));
        }
        else if (BadWeather.Refusal(known, quantity.Value) is { } refusal)
        {
            errors.Add(new InputError("value", refusal));
        }

        if (errors.Count > 0)
        {
            return ApiResult.Invalid(errors.ToImmutable());
        }

        var weather = BadWeather.Of(
            plan, place.Phase, place.Index, known, quantity.Value, Now(request), () => request.Stop.IsCancellationRequested);
        return weather is not null
            ? new ApiResult.Ok(weather)
            : ApiResult.Invalid("step", "the step cannot be simulated alone: it depends on another step of the plan");
    }

    private static DateTimeOffset Now(Query request) => request.Service<OrchestratorClock>().GetUtcNow();

    /// <summary>The start of a preview; now unless given.</summary>
    private static DateTimeOffset Start(Query request, ImmutableArray<InputError>.Builder errors)
    {
        var now = Now(request);
        if (!request.Http.Request.Query.TryGetValue("start", out var given))
        {
            return now;
        }

        if (!Instants.TryParse(given, out var start) || (start - now).Duration() > Furthest)
        {
            errors.Add(new InputError(
                "start", $"must be an RFC 3339 time within {Furthest.Days} days of now, such as 2026-03-02T14:03:00Z, but is '{Field.Short(given.ToString())}'"));
            return now;
        }

        return start;
    }

    internal static long? Number(Query request, string name, ImmutableArray<InputError>.Builder errors)
    {
        if (!request.Http.Request.Query.TryGetValue(name, out var asked))
        {
            return null;
        }

        if (long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1)
        {
            return number;
        }

        errors.Add(new InputError(name, $"must be a whole number from 1, but is '{Field.Short(asked.ToString())}'"));
        return null;
    }

    internal static ApiResult.Problem NotFound(string name) =>
        ApiResult.NotFound("plan.not_found", $"There is no plan {name}, or no such revision of it.");
}
