using System.Collections.Immutable;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Ofrep;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Segments.Filling;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Segments;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Segments;

/// <summary>Segments of an environment: rules and opted-in members.</summary>
internal static class SegmentEndpoints
{
    private const string One = "/segments/{environment}/{key}";

    /// <summary>Largest body: 10,000 keys of users of usual length.</summary>
    private static readonly BodyKind Members = new(1024 * 1024, "application/json");

    public static void MapSegments(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/segments/{environment}", "List the segments of an environment", List);
        api.MapQuery(One, "Get a segment", (request, world) => Shown(request.RouteValue("environment"), request.RouteValue("key"), world));
        api.MapCommand("PUT", One, "Define a segment by rules, as in a plan", new Operation<SegmentCommand>(Permission.Segments, BodyKind.Json, ReadDefinition, Send, Written));
        api.MapCommand("POST", One + "/members", "Opt users in and out of a segment: { add, remove }", new Operation<SegmentCommand>(
            Permission.Segments, Members, ReadMembers, Send, Written));
        api.MapPost(
            BodyKind.Json, One + "/route", "Test the membership of a user: { context }", (request, world) => Task.FromResult(Route(request, world)));
    }

    private static Task<CommandResult> Send(IGrainFactory grains, Command<SegmentCommand> request) =>
        grains.GetGrain<ISegmentGrain>($"{request.RouteValue("environment")}/{request.RouteValue("key")}").Execute(request.Payload, request.Envelope);

    private static SegmentCommand? ReadDefinition(Input input)
    {
        input.Id("environment");
        input.Id("key");
        if (input.Json() is not { } body)
        {
            return null;
        }

        var reading = SegmentReader.Read(body.Node);
        input.Errors(reading.Errors);
        return reading.Definition is { } definition ? SegmentCommands.Define(definition) : null;
    }

    private static SegmentCommand? ReadMembers(Input input)
    {
        var (environment, key) = (input.RouteValue("environment"), input.RouteValue("key"));
        if (!input.World.Segments.ContainsKey($"{environment}/{key}"))
        {
            input.Problem = ApiResult.NotFound("segment.not_found", $"Environment {environment} has no segment {key}.");
            return null;
        }

        return input.Members("add", "remove") is { } body ? new SegmentCommand.ChangeMembers(Users(body, "add"), Users(body, "remove")) : null;
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
        Shown(request.RouteValue("environment"), request.RouteValue("key"), world);

    private static ApiResult Shown(string environment, string key, World world) =>
        world.Segments.TryGetValue($"{environment}/{key}", out var found) && found.State.Definition is { } definition
            ? new ApiResult.Ok(View(environment, key, found, definition), found.Version)
            : ApiResult.NotFound("segment.not_found", $"Environment {environment} has no segment {key}.");

    private static object View(string environment, string key, Entry<SegmentState> found, SegmentDefinition definition) =>
        new { environment, key, version = found.Version, members = found.State.Members.Count, definition, cohort = Cohort.Of(key, found.State) };

    private static ApiResult List(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out var after, out var limit) is { } problem)
        {
            return problem;
        }

        var environment = request.RouteValue("environment");
        var prefix = environment + "/";
        var all = world.Segments.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal) && one.Value.State.Definition is not null);
        var (segments, next) = Paging.Page(all, one => one.Key[prefix.Length..], after, limit);
        return new ApiResult.Ok(new { segments = segments.Select(one => View(environment, one.Key[prefix.Length..], one.Value, one.Value.State.Definition!)), next });
    }

    /// <summary>Routes by a table in which this segment alone is on new: the same code that routes.</summary>
    private static ApiResult Route(Query request, World world)
    {
        const string probe = "segment";
        var (environment, key) = (request.RouteValue("environment"), request.RouteValue("key"));
        if (EnvironmentModels.Segment(world, $"{environment}/{key}") is not { } segment)
        {
            return ApiResult.NotFound("segment.not_found", $"Environment {environment} has no segment {key}.");
        }

        var table = RoutingTable.Compile(new TableModel(world.Position, [new EnvironmentModel
        {
            Name = environment,
            Segments = [segment],
            Routes = [new RoutedFlag { Flag = probe, Rollout = probe, RolloutVersion = 0, Salt = "", Mode = RouteMode.Split, Included = [key] }],
        }]));
        var user = new EvaluationContext().Begin(table.Environment(environment));
        if (ContextBody.Read(request.Body.Span, user) is { } wrong)
        {
            return ApiResult.Invalid("context", wrong.Details);
        }

        var explanation = Router.Explain(table, environment, probe, user);
        return explanation.ErrorCode is null
            ? new ApiResult.Ok(new { environment, segment = key, belongs = explanation.Variant == "new", rules = explanation.Rules.Where(rule => rule.Rule.StartsWith(key, StringComparison.Ordinal)) })
            : ApiResult.Invalid("context.targetingKey", "this segment needs a targeting key");
    }
}
