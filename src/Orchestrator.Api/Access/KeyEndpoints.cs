using System.Security.Cryptography;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Api.Pushes;
using Orchestrator.Api.Requests;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Documents;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Access;

/// <summary>API keys: create, list, revoke. A key's text is in one response and nowhere else.</summary>
internal static class KeyEndpoints
{
    private const int IdBytes = 5;

    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        api.MapQuery("/keys", "List all API keys, without their texts", List, Permission.Keys);
        api.MapCommand("POST", "/keys", "Create an API key; its text is shown only in this response", new Operation<NewKey>(
            Permission.Keys, BodyKind.Json, Read,
            (grains, request) => grains.GetGrain<IAccessGrain>(IAccessGrain.Only).Execute(request.Payload.Create, request.Envelope),
            Created));
        api.MapCommand("DELETE", "/keys/{id}", "Revoke an API key", new Operation<AccessCommand>(
            Permission.Keys, null, input => new AccessCommand.Revoke(input.RouteValue("id")),
            (grains, request) => grains.GetGrain<IAccessGrain>(IAccessGrain.Only).Execute(request.Payload, request.Envelope),
            (_, _, _) => new ApiResult.NoContent()));
    }

    private static ApiResult List(Query request, World world)
    {
        if (Paging.Read(request.Http.Request.Query, out var after, out var limit) is { } problem)
        {
            return problem;
        }

        var (keys, next) = Paging.Page(world.Access.Keys.Values, key => key.Id, after, limit);
        var uses = request.Service<KeyUses>();
        return new ApiResult.Ok(new
        {
            keys = keys.Select(
                key => new
                {
                    key.Id,
                    key.Name,
                    role = key.Role.Name(),
                    key.Environment,
                    key.Rollouts,
                    key.Person,
                    key.CreatedAt,
                    key.CreatedBy,
                    createdByName = key.CreatedBy is { } maker ? world.Access.NameOf(maker, key.CreatedAt) : null,
                    key.FirstUsedAt,
                    key.FirstReadAt,
                    usedHere = uses.Since(key.Id) is { } since ? Math.Round(since.TotalSeconds) : (double?)null,
                    key.RevokedAt,
                }),
            next,
        });
    }

    private static NewKey? Read(Input input)
    {
        if (input.Members("name", "role", "environment", "rollouts", "person") is not { } body)
        {
            return null;
        }

        var name = body.Require("name")?.Text(200);
        var roleField = body.Require("role");
        var roleName = roleField?.OneOf("role", [.. Roles.Names]);
        var environment = body["environment"]?.Id();
        if (Roles.TryParse(roleName, out var role))
        {
            if (role.IsBound() && body["environment"] is null)
            {
                input.Error("environment", $"a key of the role {roleName} is bound to one environment; name it");
            }
            else if (!role.IsBound() && role != Role.Ingest && body["environment"] is { } given)
            {
                given.Error($"only keys of the roles evaluation, browser and ingest are bound to an environment, not one of {roleName}");
            }

            if ((role.IsBound() || role == Role.Ingest) && body["person"] is { } idle)
            {
                idle.Error($"a key of the role {roleName} belongs to a service and decides no review; leave it out");
            }

            if (role != Role.Ingest && body["rollouts"] is { } bound)
            {
                bound.Error($"only keys of the role ingest are bound to rollouts, not one of {roleName}");
            }
        }

        var person = body["person"] is { } holder ? Holder(holder) : null;
        var rollouts = body["rollouts"] is { } field ? Rollouts(body, field) : null;
        if (name is null || input.Refusal is not null)
        {
            return null;
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var text = Key.Write(id, RandomNumberGenerator.GetBytes(Key.SecretBytes));
        return new NewKey(
            text, new AccessCommand.Create(id, name, role, environment, Key.HashOf(text)) { Rollouts = rollouts, Person = person });
    }

    /// <summary>Normalized to one line, so that two equal-looking names are one person.</summary>
    private static string? Holder(Field field)
    {
        if (field.Text(AccessDecider.LongestName) is not { } text)
        {
            return null;
        }

        var person = string.Join(
            ' ', PersonName.Of(text.Normalize()).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (person.Length == 0)
        {
            field.Error("names no person; give the person's name, or 'oidc:' and the subject of their token");
        }

        return person;
    }

    private static string[] Rollouts(MappingReader body, Field field)
    {
        var rollouts = body.Items("rollouts").Each(item => item.Id());
        if (field.Node is Node.Sequence { Items.Length: 0 })
        {
            field.Error("names no rollout; leave it out to mean all");
        }
        else if (rollouts.Length > Key.MostRollouts)
        {
            field.Error($"names {rollouts.Length} rollouts, and a key may name {Key.MostRollouts}");
        }

        return [.. rollouts.Distinct(StringComparer.Ordinal)];
    }

    private static ApiResult Created(Command<NewKey> request, CommandResult result, World world) => result.Outcome == CommandOutcome.Applied
        ? new ApiResult.Ok(
            new
            {
                request.Payload.Create.Id,
                key = request.Payload.Text,
                signingSecret = request.Payload.Create.Role == Role.Ingest
                    ? PushSignatures.Secret(request.Service<InstallationSecret>(), request.Payload.Create.Id)
                    : null,
            },
            Status: 201)
        : new ApiResult.Problem(
            409, "key.shown_already",
            "A key was created under this Idempotency-Key, and its text was shown then. If that response was lost, revoke the key and create another.");
}
