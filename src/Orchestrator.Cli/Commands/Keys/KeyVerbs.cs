using System.CommandLine;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Keys;

/// <summary>API keys: list, create, revoke.</summary>
internal static class KeyVerbs
{
    private static readonly Column[] Columns =
    [
        new("ID", row => row.Text("id")),
        new("NAME", row => row.Text("name")),
        new("ROLE", row => row.Text("role")),
        new("ENVIRONMENT", row => row.Text("environment")),
        new("PERSON", row => row.Text("person"), Wide: true),
        new("CREATED", row => Ages.Of(row, "createdAt"), Right: true),
        new("FIRST USED", row => Ages.Of(row, "firstUsedAt"), Right: true),
        new("STATE", row => row.Text("revokedAt") is not null ? "revoked" : "valid"),
    ];

    public static IEnumerable<Command> All()
    {
        var keys = new Verb("keys", "List, create or revoke API keys");
        return [keys.With(List(), Create(), Revoke())];
    }

    private static Verb List() => new Verb("list", "List API keys, without their texts", "rollout keys list").Does(async (invocation, stop) =>
    {
        invocation.Printer.List(await invocation.All("/api/v1/keys", "keys", stop), "keys", row => $"key/{row.Text("id")}", Columns, "No keys.");
        return ExitCode.Success;
    });

    private static Verb Create()
    {
        var name = new Argument<string>("name") { Description = "Name of the key" };
        Option<string> role = new("--role") { Description = "Role: viewer, support, product, engineering, devops, admin, evaluation, ingest or browser", HelpName = "role", Required = true };
        role.CompletionSources.Add("viewer", "support", "product", "engineering", "devops", "admin", "evaluation", "ingest", "browser");
        Option<string?> environment = new("--environment", "-e") { Description = "Environment of a bound key", HelpName = "name" };
        Option<string?> person = new("--person") { Description = "Person who holds the key", HelpName = "name" };
        Option<string[]> rollouts = new("--rollout") { Description = "Rollout of a bound ingest key; may be repeated", HelpName = "id" };
        return new Verb("create", "Create an API key; its text is on stdout once, and nowhere else", "rollout keys create ci --role devops > ci.key", "rollout keys create shop --role evaluation -e production > shop.key")
            .With(name, role, environment, person, rollouts).Does(async (invocation, stop) =>
            {
                var body = new JsonObject { ["name"] = invocation.Value(name), ["role"] = invocation.Value(role) };
                if (invocation.Value(environment) is { } bound)
                {
                    body["environment"] = bound;
                }

                if (invocation.Value(person) is { } holder)
                {
                    body["person"] = holder;
                }

                if (invocation.Value(rollouts) is { Length: > 0 } ids)
                {
                    body["rollouts"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]);
                }

                var answer = (await invocation.Send(HttpMethod.Post, "/api/v1/keys", body, stop)).Json;
                invocation.Printer.One(answer, $"key/{answer.Text("id")}", _ =>
                {
                    invocation.Say($"Key {answer.Text("id")} ({invocation.Value(role)}). Its text is shown once:");
                    invocation.Terminal.Out.WriteLine(answer.Text("key"));
                });
                return ExitCode.Success;
            });
    }

    private static Verb Revoke()
    {
        var id = new Argument<string>("id") { Description = "Id of the key" };
        return new Verb("revoke", "Revoke an API key; it ends everywhere within 5 s", "rollout keys revoke 4f1c2a9b03").With(id).Does(async (invocation, stop) =>
        {
            await invocation.Api.Keys.Revoke(invocation.Value(id), stop: stop);
            invocation.Say($"Key {invocation.Value(id)} is revoked.");
            return ExitCode.Success;
        });
    }
}
