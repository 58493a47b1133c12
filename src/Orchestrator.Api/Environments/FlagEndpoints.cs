using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Http;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Plans;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Environments;

/// <summary>Static flags of environments. The value is any JSON.</summary>
internal static class FlagEndpoints
{
    private const string One = "/environments/{environment}/flags/{key}";

    public static void MapFlags(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/environments", "List environments with static flags or a stopped line", Environments);
        api.MapQuery("/environments/{environment}/flags", "List the static flags of an environment", List);
        api.MapQuery(One, "Get a static flag", Get);
        api.MapCommand("PUT", One, "Set a static flag: { \"value\": any JSON }", new Operation<EnvironmentCommand>(
            Permission.Flags, BodyKind.Json, ReadPut, Send,
            (request, result, world) => new ApiResult.Ok(
                Shown(new FlagWarnings(world, request.RouteValue("environment")), Key(request.Http),
                    ((EnvironmentCommand.Set)request.Payload).Flags[0].Json), result.Version)));
        api.MapCommand("DELETE", One, "Remove a static flag", new Operation<EnvironmentCommand>(
            Permission.Flags, null,
            input => new EnvironmentCommand.Remove(Key(input)) is var remove && input.Id("environment") is not null ? remove : null, Send,
            (_, _, _) => new ApiResult.NoContent()));
    }

    private static Task<CommandResult> Send(IGrainFactory grains, Command<EnvironmentCommand> request) =>
        grains.GetGrain<IEnvironmentGrain>(request.RouteValue("environment")).Execute(request.Payload, request.Envelope);

    private static string Key(Input input)
    {
        var key = Key(input.Request.HttpContext);
        if (key.Length > FlagName.Longest)
        {
            input.Error("key", $"may have at most {FlagName.Longest} characters, but has {key.Length}");
        }

        // A flag from before this rule can still be removed.
        if (HttpMethods.IsPut(input.Request.Method) && FlagName.Rule(key) is { } rule)
        {
            input.Error("key", $"'{Field.Short(key)}' {rule}");
        }

        return key;
    }

    /// <summary>
    /// The last segment as it was sent, decoded once: keys are free text, and a slash in one stays encoded in route values.
    /// </summary>
    private static string Key(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var path = target.IndexOf('?') is var end and >= 0 ? target[..end] : target;
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }

    private static EnvironmentCommand? ReadPut(Input input)
    {
        input.Id("environment");
        var key = Key(input);
        if (input.Members("value") is not { } body)
        {
            return null;
        }

        // A flag may be null, so "missing" is checked on the mapping and not on the reader.
        if (((Node.Mapping)body.Field.Node).Entries.FirstOrDefault(entry => entry.Key == "value") is not { } value)
        {
            input.Error("value", "'value' is missing: any JSON");
            return null;
        }

        return new EnvironmentCommand.Set([new StaticFlag(key, CanonicalJson.Write(value.Value))]);
    }

    private static ApiResult Environments(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out var after, out var limit) is { } problem)
        {
            return problem;
        }

        var (environments, next) = Paging.Page(world.Environments, one => one.Key, after, limit);
        return new ApiResult.Ok(new
        {
            environments = environments.Select(one => new
            {
                name = one.Key,
                version = one.Value.Version,
                flags = one.Value.State.Flags.Count,
                line = HaltEndpoints.Shown(one.Value.State, world.Access)
            }),
            next
        });
    }

    private static ApiResult List(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out var after, out var limit) is { } problem)
        {
            return problem;
        }

        var found = world.Environments.GetValueOrDefault(request.RouteValue("environment"));
        var (flags, next) = Paging.Page(found?.State.Flags.AsEnumerable() ?? [], flag => flag.Key, after, limit);
        var warnings = new FlagWarnings(world, request.RouteValue("environment"));
        return new ApiResult.Ok(new { flags = flags.Select(flag => Shown(warnings, flag.Key, flag.Value)), next }, found?.Version ?? 0);
    }

    private static ApiResult Get(Query request, World world)
    {
        var key = Key(request.Http);
        return world.Environments.TryGetValue(request.RouteValue("environment"), out var found) && found.State.Flags.TryGetValue(key, out var json)
            ? new ApiResult.Ok(Shown(new FlagWarnings(world, request.RouteValue("environment")), key, json), found.Version)
            : ApiResult.NotFound("flag.not_found", $"Environment {request.RouteValue("environment")} has no static flag '{key}'.");
    }

    private static object Shown(FlagWarnings warnings, string key, string json) =>
        new { key, value = ApiJson.Raw(json), warnings = warnings.Of(key) is { } warning ? new[] { warning } : null };
}
