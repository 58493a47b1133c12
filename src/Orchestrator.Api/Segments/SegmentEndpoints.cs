using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Requests;
using Orchestrator.Contracts;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Segments.Filling;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Cluster;
using Orchestrator.Grains.Routing;
using Orchestrator.Grains.Segments;
using Orchestrator.Grains.Serialization;
using Orchestrator.Grains.Time;
using Orchestrator.Grains.World;
using Orchestrator.PlanFiles;

namespace Orchestrator.Api.Segments;

/// <summary>Segments of an environment: rules and opted-in members.</summary>
internal static class SegmentEndpoints
{
    private const string One = "/segments/{environment}/{key}";

    /// <summary>A call to a silo that has just died hangs until the other silos declare it dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Largest body: 10,000 keys of users of usual length.</summary>
    private static readonly BodyKind Members = new(1024 * 1024, "application/json");

    /// <summary>A definition by itself; YAML as a plan has it.</summary>
    private static readonly BodyKind Definition = new(
        BodyKind.Json.Limit, "application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml");

    public static void MapSegments(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/segments/{environment}", "List the segments of an environment", List);
        api.MapQuery(One, "Get a segment", (request, world) => Shown(request, world));
        api.MapCommand("PUT", One, "Define a segment by rules, as in a plan (JSON or YAML)", new Operation<SegmentCommand>(Permission.Segments, Definition, ReadDefinition, Send, Written));
        api.MapPost(Definition, One + "/check", "Check a definition (JSON or YAML) beside the stored one, without storing it", Check);
        api.MapCommand("POST", One + "/members", "Opt users in and out of a segment: { add, remove }", new Operation<SegmentCommand>(
            Permission.Segments, Members, ReadMembers, Send, Written));
        api.MapPost(BodyKind.Json, One + "/route", "Route a user by a segment: { flag?, context }", Route);
    }

    private static Task<CommandResult> Send(IGrainFactory grains, Command<SegmentCommand> request) =>
        grains.GetGrain<ISegmentGrain>($"{request.RouteValue("environment")}/{request.RouteValue("key")}").Execute(request.Payload, request.Envelope);

    private static SegmentCommand? ReadDefinition(Input input)
    {
        input.Id("environment");
        input.Id("key");
        if (IsYaml(input.Request))
        {
            return Defined(input, PlanText.ReadSegment(input.Bytes));
        }

        return input.Json() is { } body ? Defined(input, SegmentReader.Read(body.Node)) : null;
    }

    private static SegmentCommand? Defined(Input input, SegmentReading reading)
    {
        input.Errors(reading.Errors);
        return reading.Definition is { } definition ? SegmentCommands.Define(definition) : null;
    }

    private static bool IsYaml(HttpRequest request) => request.ContentType?.Contains("yaml", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>A definition in words, beside the stored one and the rollouts that route by it.</summary>
    private static async Task<ApiResult> Check(Query request, World world)
    {
        var (environment, key) = (request.RouteValue("environment"), request.RouteValue("key"));
        var reading = await request.Service<LargeBodies>().Run(
            BodyOf.Key, request.Caller.KeyId, request.Body.Length, () => PlanText.ReadSegment(request.Body), request.Stop);
        if (reading.Definition is not { } definition)
        {
            return ApiResult.Invalid(reading.Errors);
        }

        var stored = world.Segments.GetValueOrDefault($"{environment}/{key}");
        var before = stored?.State.Definition;
        return new ApiResult.Ok(new
        {
            valid = true,
            definition,
            text = SegmentText.Of(definition),
            yaml = SegmentYaml.Of(definition),
            version = stored?.Version ?? 0,
            before = before is null ? null : SegmentText.Of(before),
            changed = SegmentDecider.Decide(stored?.State ?? SegmentState.Initial, SegmentCommands.Define(definition))
                is Decision<SegmentEvent>.Accepted { Events.Length: > 0 },
            members = stored?.State.Members.Count ?? 0,
            warnings = reading.Warnings,
            usedBy = Uses(request, world),
        });
    }

    private static IEnumerable<object> Uses(ApiRequest request, World world) => SegmentUses.Of(
        world, request.RouteValue("environment"), request.RouteValue("key"), request.Service<PeopleKeeper>(),
        request.Service<OrchestratorClock>().GetUtcNow());

    private static SegmentCommand? ReadMembers(Input input)
    {
        var (environment, key) = (input.RouteValue("environment"), input.RouteValue("key"));
        if (!input.World.Segments.ContainsKey($"{environment}/{key}"))
        {
            input.Problem = NotFound(environment, key);
            return null;
        }

        if (input.Members("add", "remove") is not { } body)
        {
            return null;
        }

        var change = new SegmentCommand.ChangeMembers(Users(body, "add"), Users(body, "remove"));
        if (input.Refusal is null && input.World.Segments.TryGetValue($"{environment}/{key}", out var found))
        {
            input.Request.HttpContext.Features.Set(MemberCounts.Of(found.State.Members, change));
        }

        return change;
    }

    private static ImmutableArray<string> Users(MappingReader body, string key)
    {
        var items = body.Items(key);
        if (items.Length > SegmentDecider.MostMembers)
        {
            body[key]!.Error($"at most {SegmentDecider.MostMembers} users at once, but there are {items.Length}");
            return [];
        }

        return [.. items.Select(item => item.Text(1024) ?? "")];
    }

    private static ApiResult Written(Command<SegmentCommand> request, CommandResult result, World world) =>
        Shown(request, world, request.Http.Features.Get<MemberCounts>());

    /// <param name="request">The request, whose address names the segment.</param>
    /// <param name="world">This node's view of the log.</param>
    /// <param name="changed">Effect of the command on the members as this node knew them; null where it changed none.</param>
    private static ApiResult Shown(ApiRequest request, World world, MemberCounts? changed = null)
    {
        var (environment, key) = (request.RouteValue("environment"), request.RouteValue("key"));
        return world.Segments.TryGetValue($"{environment}/{key}", out var found) && found.State.Definition is { } definition
            ? new ApiResult.Ok(View(environment, key, found, definition, Uses(request, world), changed), found.Version)
            : NotFound(environment, key);
    }

    private static object View(
        string environment, string key, Entry<SegmentState> found, SegmentDefinition definition, IEnumerable<object> uses,
        MemberCounts? changed) =>
        new
        {
            environment,
            key,
            version = found.Version,
            members = found.State.Members.Count,
            definition,
            cohort = Cohort.Of(key, found.State),
            text = SegmentText.Of(definition),
            yaml = SegmentYaml.Of(definition),
            usedBy = uses,
            changed,
        };

    private static object Brief(string environment, string key, Entry<SegmentState> found, SegmentDefinition definition) => new
    {
        environment,
        key,
        version = found.Version,
        members = found.State.Members.Count,
        definition,
        cohort = Cohort.Of(key, found.State),
        text = SegmentText.Of(definition),
    };

    private static ApiResult List(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out var after, out var limit) is { } problem)
        {
            return problem;
        }

        var environment = request.RouteValue("environment");
        var prefix = environment + "/";
        var all =
            world.Segments.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal) && one.Value.State.Definition is not null);
        var (segments, next) = Paging.Page(all, one => one.Key[prefix.Length..], after, limit);
        return new ApiResult.Ok(new
        {
            segments = segments.Select(
            one => Brief(environment, one.Key[prefix.Length..], one.Value, one.Value.State.Definition!)),
            next
        });
    }

    /// <summary>
    /// Asks the grain, as a service does that is an Orleans client; a node without grains answers from its own table, which is the same.
    /// The grain waits for what this node knows, so that a caller reads what it wrote.
    /// </summary>
    private static async Task<ApiResult> Route(Query request, World world)
    {
        var (environment, key) = (request.RouteValue("environment"), request.RouteValue("key"));
        if (EnvironmentModels.Segment(world, $"{environment}/{key}") is null)
        {
            return NotFound(environment, key);
        }

        var user = new EvaluationContext().Begin(request.Service<IRoutingTables>().Current.Environment(environment));
        if (ContextBody.Read(request.Body.Span, user) is { } wrong)
        {
            return ApiResult.Invalid("context", wrong.Details);
        }

        if (SegmentQuestion.Read(request.Body) is not { } question)
        {
            return ApiResult.Invalid("flag", "must be a text");
        }

        var context = question.Context with { AtLeast = world.Position };
        var answer = request.Service<NodeIdentity>().Role == NodeIdentity.Evaluation
            ? await request.Service<SegmentAnswers>().Route(environment, key, question.Flag, context)
            : await request.Service<IGrainFactory>().GetGrain<ISegmentGrain>($"{environment}/{key}")
                .Ask(question.Flag, context).WaitAsync(Patience, request.Stop);
        return answer.ErrorCode == SegmentAnswers.SegmentNotFound ? NotFound(environment, key)
            : answer.ErrorCode == SegmentAnswers.NotReady ? new ApiResult.Problem(503, "node.catching_up", answer.ErrorDetails!, RetryAfter: 1)
            : question.Flag is null && answer.Belongs is null ? ApiResult.Invalid("context.targetingKey", "this segment needs a targeting key")
            : new ApiResult.Ok(View(answer, question.Flag));
    }

    private static ApiResult.Problem NotFound(string environment, string key) =>
        ApiResult.NotFound("segment.not_found", $"Environment {environment} has no segment {key}.");

    private static object View(SegmentAnswer answer, string? flag) => new
    {
        environment = answer.Environment,
        segment = answer.Segment,
        belongs = answer.Belongs,
        rules = answer.Rules.Select(rule => new { rule = rule.Rule, matched = rule.Matched, saw = rule.Saw }),
        flag,
        value = answer.Value is { } value ? ApiJson.Raw(value) : (JsonElement?)null,
        variant = answer.Variant,
        reason = answer.Reason,
        errorCode = answer.ErrorCode,
        errorDetails = answer.ErrorDetails,
        rollout = answer.Rollout,
        version = answer.Version,
        phase = answer.Phase,
        step = answer.Step,
        bucket = answer.Bucket,
        decidedBy = answer.DecidedBy,
        position = answer.Position,
        timeline = answer.Timeline,
        tableAgeMs = (long?)answer.TableAge?.TotalMilliseconds,
        goodForMs = (long?)answer.GoodFor?.TotalMilliseconds,
    };
}
