using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Previews;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Grains.Plans;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Finished;
using Orchestrator.PlanFiles;

namespace Orchestrator.Api.Plans;

/// <summary>Plans: validate, store by revision, read.</summary>
internal static class PlanEndpoints
{
    /// <summary>Most revisions, and most rollouts, that the answer of one plan lists: the newest.</summary>
    private const int MostListed = 100;

    public static void MapPlans(this IEndpointRouteBuilder api)
    {
        api.MapPost(
            BodyKind.Plan, "/plans/validate", "Validate a plan (YAML or JSON) without storing it",
            (request, _) => Validate(request));
        api.MapQuery("/plans", "List the newest revisions of all plans in use; ?archived=true lists the archived ones", List);
        api.MapQuery("/plans/{name}", "Get a plan, ?revision= for an earlier one; as application/yaml the text as it was sent", Get);
        api.MapCommand("PUT", "/plans/{name}", "Store a plan; the same content makes no new revision", new Operation<PlanCommand>(
            Permission.Plans, BodyKind.Plan, ReadPlan,
            (grains, request) => grains.GetGrain<IPlanGrain>(request.RouteValue("name")).Execute(request.Payload, request.Envelope), Kept));
        api.MapCommand(
            "DELETE", "/plans/{name}", "Archive a plan: no new rollout is made of it; rollouts that exist, and all revisions, stay",
            new Operation<PlanCommand>(
                Permission.Plans, null, input => input.Id("name") is null ? null : new PlanCommand.Archive(),
                (grains, request) => grains.GetGrain<IPlanGrain>(request.RouteValue("name")).Execute(request.Payload, request.Envelope),
                (_, _, _) => new ApiResult.NoContent()));
        api.MapCommand("POST", "/plans/{name}/flags", "Set the static flags of the plan's environments block", PlanFlags.Operation);
        api.MapPlanPreviews();
        api.MapPlanBacktests();
    }

    /// <summary>The plan of a stored revision.</summary>
    public static Plan Read(PlanRevision revision) => PlanDocument.Read(revision.Hash, ApiJson.Raw(revision.Document));

    /// <summary>Reads the body as the text of a plan.</summary>
    public static Task<PlanReading> ReadText(Query request) => request.Service<LargeBodies>().Run(
        BodyOf.Key, request.Caller.KeyId, request.Body.Length, () => PlanText.Read(request.Body), request.Stop);

    private static async Task<ApiResult> Validate(Query request)
    {
        var reading = await ReadText(request);
        return reading.Plan is { } plan
            ? new ApiResult.Ok(new
            {
                valid = true,
                plan = ApiJson.Raw(plan.Document),
                hash = plan.Hash,
                warnings = Warnings(reading, plan, request.Http),
                story = PlanStory.Of(plan),
            })
            : ApiResult.Invalid(reading.Errors);
    }

    private static PlanCommand? ReadPlan(Input input)
    {
        var name = input.Id("name");
        var reading = PlanText.Read(input.Bytes);
        input.Request.HttpContext.Features.Set(reading);
        input.Errors(reading.Errors);
        if (reading.Plan is not { } plan)
        {
            return null;
        }

        if (plan.Name != name)
        {
            input.Error("plan", $"the plan is named '{plan.Name}', but the address names '{name}'");
        }

        return new PlanCommand.Revise(plan.Hash, plan.Document, input.Text);
    }

    private static ApiResult Kept(Command<PlanCommand> request, CommandResult result, World world)
    {
        var name = request.RouteValue("name");
        // A node that lags has not seen the revision yet: its number is the version, without the archivings that the node knows.
        var hash = ((PlanCommand.Revise)request.Payload).Hash;
        var known = world.Plans.GetValueOrDefault(name);
        var revision = result.Version - (known is null ? 0 : known.Version - known.State.Revisions.Count);
        if (known?.State.Revisions.FindLast(one => one.Hash == hash && one.Revision <= result.Version) is { } same)
        {
            revision = same.Revision;
        }

        var created = result is { Outcome: CommandOutcome.Applied, Version: 1 };
        var warnings = request.Http.Features.Get<PlanReading>() is { Plan: { } plan } reading ? Warnings(reading, plan, request.Http) : [];
        return new ApiResult.Ok(new { name, revision, hash, warnings }, result.Version, created ? 201 : 200, created ? $"/api/v1/plans/{name}" : null);
    }

    /// <summary>Warnings about parts that are valid but probably not meant: the same for validating and storing.</summary>
    private static ImmutableArray<InputError> Warnings(PlanReading reading, Plan plan, HttpContext http) =>
        reading.Warnings.AddRange(SourceWarnings.Of(plan, http.RequestServices.GetService<SourceHttp>()));

    private static ApiResult List(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out var after, out var limit) is { } problem)
        {
            return problem;
        }

        if (request.Http.Request.Query.Flag("archived", out var archived) is { } wrong)
        {
            return wrong;
        }

        var (plans, next) = Paging.Page(
            world.Plans.Where(plan => plan.Value.State.ArchivedAt is not null == archived), plan => plan.Key, after, limit);
        var unfinished = Counts(world.Rollouts.Values.Where(one => one.State is { PlanOrNone: not null, Unfinished: true })
            .Select(one => one.State.Plan.Name));
        var rollouts = Counts(world.Rollouts.Values.Where(one => one.State.PlanOrNone is not null).Select(one => one.State.Plan.Name)
            .Concat(world.Finished.Select(entry => entry.Plan.Name)));
        return new ApiResult.Ok(new
        {
            plans = plans.Select(plan => (plan.Key, Latest: plan.Value.State.Latest!, Plan: Read(plan.Value.State.Latest!)))
                .Select(plan => new
                {
                    name = plan.Key,
                    title = plan.Plan.Title,
                    flag = plan.Plan.Flag,
                    revision = plan.Latest.Revision,
                    hash = plan.Latest.Hash,
                    at = plan.Latest.At,
                    archivedAt = world.Plans[plan.Key].State.ArchivedAt,
                    rollouts = rollouts.GetValueOrDefault(plan.Key),
                    unfinished = unfinished.GetValueOrDefault(plan.Key),
                }),
            next,
        });
    }

    private static Dictionary<string, int> Counts(IEnumerable<string> names) =>
        names.CountBy(name => name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    private static ApiResult Get(Query request, World world)
    {
        var name = request.RouteValue("name");
        long? revision = null;
        if (request.Http.Request.Query.TryGetValue("revision", out var asked))
        {
            if (!long.TryParse(asked, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                out var number) || number < 1)
            {
                return ApiResult.Invalid("revision", $"must be a whole number from 1, but is '{asked}'");
            }

            revision = number;
        }

        if (Find(world, name, revision) is not { } found)
        {
            return ApiResult.NotFound("plan.not_found", $"There is no plan {name}, or no such revision of it.");
        }

        if (request.Http.Request.Headers.Accept.ToString().Contains("yaml", StringComparison.OrdinalIgnoreCase))
        {
            return new ApiResult.Written(http =>
            {
                http.Response.ContentType = "application/yaml; charset=utf-8";
                return http.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(found.Source)).AsTask();
            });
        }

        var plan = Read(found);
        return new ApiResult.Ok(
            new
            {
                name,
                title = plan.Title,
                flag = plan.Flag,
                revision = found.Revision,
                hash = found.Hash,
                at = found.At,
                by = By(found, world),
                archivedAt = world.Plans[name].State.ArchivedAt,
                plan = ApiJson.Raw(found.Document),
                revisions = Enumerable.Reverse(world.Plans[name].State.Revisions).Take(MostListed).Select(
                    one => new { revision = one.Revision, hash = one.Hash, at = one.At, by = By(one, world) }),
                usedBy = UsedBy(name, world),
                story = PlanStory.Of(plan),
            },
            revision is null ? world.Plans[name].Version : found.Revision);
    }

    private static object By(PlanRevision revision, World world) => new
    {
        revision.By.Id,
        name = revision.By.Kind == ActorKind.User ? world.Access.NameOf(revision.By.Id, revision.At) : null,
        revision.By.Role,
    };

    /// <summary>Rollouts that follow a revision of the plan: those that are not over first, then the newest.</summary>
    private static IEnumerable<object> UsedBy(string name, World world) => world.Rollouts.Values.Select(one => one.State)
        .Where(state => state.PlanOrNone?.Name == name)
        .Select(state => new PlanUse(
            state.Id, state.Environment, state.Revision, state.Status, state.Step?.Name, state.PhaseIndex >= 0, state.Unfinished,
            state.Since))
        .Concat(world.Finished.Where(entry => entry.Plan.Name == name).Select(entry => new PlanUse(
            entry.Id, entry.Environment, entry.Revision, entry.Status, entry.Step, entry.Started, false, entry.Since)))
        .OrderByDescending(use => use.Unfinished).ThenByDescending(use => use.Since)
        .ThenBy(use => use.Id, StringComparer.Ordinal)
        .Take(MostListed)
        .Select(use => new
        {
            id = use.Id,
            environment = use.Environment,
            revision = use.Revision,
            status = use.Status,
            step = use.Step,
            started = use.Started,
            unfinished = use.Unfinished,
        });

    /// <summary>The revision of that number, or the newest; null when there is none.</summary>
    public static PlanRevision? Find(World world, string name, long? revision)
    {
        var revisions = world.Plans.GetValueOrDefault(name)?.State.Revisions;
        return revision is { } number ? revisions?.Find(one => one.Revision == number) : revisions?.LastOrDefault();
    }

    private sealed record PlanUse(
        string Id, string Environment, int Revision, RolloutStatus Status, string? Step, bool Started, bool Unfinished,
        DateTimeOffset Since);
}
