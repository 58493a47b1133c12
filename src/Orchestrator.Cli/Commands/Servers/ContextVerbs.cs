using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Servers;
using ConfigContext = Orchestrator.Cli.Servers.ConfigFile.Context;

namespace Orchestrator.Cli.Commands.Servers;

/// <summary>Contexts of the configuration file: servers and credentials under a name.</summary>
internal static class ContextVerbs
{
    private static readonly Column[] Columns =
    [
        new("CURRENT", row => row.True("current") ? "*" : ""),
        new("NAME", row => row.Text("name")),
        new("SERVERS", row => string.Join(' ', row.Items("servers").Select(server => server.GetString()))),
        new("ENVIRONMENT", row => row.Text("environment")),
        new("CREDENTIAL", row => row.Text("credential")),
        new("UNTIL", row => row.Text("until"), Wide: true),
    ];

    public static Command Context() => new Verb("context", "List, choose, set or remove contexts: servers and credentials under a name")
        .With(List(), Use(), Set(), Remove());

    private static Verb List() => new Verb("list", "List contexts, without their credentials", "rollout context list").Does(invocation =>
    {
        var file = ConfigFile.Read(invocation.Terminal);
        var answer = new JsonObject
        {
            ["contexts"] = new JsonArray([.. file.Contexts.Select(one => (JsonNode)Shown(one.Key, one.Value, one.Key == file.Current))]),
        };
        if (file.Current is { } current)
        {
            answer["current"] = current;
        }

        invocation.Printer.List(
            Element(answer), "contexts", row => $"context/{row.Text("name")}", Columns,
            "No contexts. Make one: rollout context set NAME --server https://rollouts.example --key-stdin");
        return ExitCode.Success;
    });

    private static Verb Use()
    {
        var name = Name("Context to use where none is named");
        return new Verb("use", "Make a context the current one", "rollout context use production").With(name).Does(async (invocation, stop) =>
        {
            var chosen = invocation.Value(name);
            await ConfigFile.Change(invocation.Terminal, file => Known(invocation, file, chosen) with { Current = chosen }, stop);
            invocation.Say($"The current context is {chosen} now.");
            return ExitCode.Success;
        });
    }

    private static Verb Set()
    {
        var name = Name("Context to make or to change");
        var environment = new Option<string?>("--environment", "-e") { Description = "Environment where a command names none", HelpName = "name" };
        var key = new Option<bool>("--key-stdin") { Description = "Read the API key from stdin; at a terminal it is asked for and not shown" };
        var none = new Option<bool>("--no-key") { Description = "Forget the API key" };
        return new Verb(
            "set", "Make or change a context: servers (--server, several in order), environment, API key; options that are not given stay",
            "rollout context set production --server https://a.example --server https://b.example -e production",
            "rollout context set production --key-stdin")
            .With(name, environment, key, none).Does(async (invocation, stop) =>
            {
                var chosen = ServerSettings.Named(invocation.Value(name));
                var servers = invocation.Parsed.GetValue(GlobalOptions.Server) ?? [];
                ServerSettings.Addressed(servers);
                if (invocation.Value(key) && invocation.Value(none))
                {
                    throw Failure.Invalid("Only one of --key-stdin and --no-key can be given.");
                }

                var given = invocation.Value(key) ? SecretInput.Key(invocation.Terminal) : null;
                await ConfigFile.Change(invocation.Terminal, Changed, stop);
                invocation.Say($"Context {chosen} is set in {ConfigFile.PathOf(invocation.Terminal)}.");
                return ExitCode.Success;

                ConfigFile Changed(ConfigFile file)
                {
                    var before = file.Contexts.GetValueOrDefault(chosen);
                    if (before is null && servers.Length == 0)
                    {
                        throw Failure.Invalid($"The context {chosen} is new: name its server with --server.");
                    }

                    var context = before ?? new ConfigContext();
                    var moved = servers.Length > 0 && !servers.SequenceEqual(context.Servers);
                    context = context with
                    {
                        Servers = servers.Length > 0 ? [.. servers] : context.Servers,
                        Environment = invocation.Value(environment) ?? context.Environment,
                        // Credentials of other servers do not go to these. A key that is given takes the place of a sign-in.
                        Key = given ?? (moved || invocation.Value(none) ? null : context.Key),
                        Token = given is not null || moved ? null : context.Token,
                    };
                    if (moved && given is null && before is { } old && (old.Key ?? old.Token?.Access) is not null)
                    {
                        invocation.Say($"Context {chosen} has other servers now, so its credentials are forgotten.");
                    }

                    return file.With(chosen, context) with { Current = file.Current ?? chosen };
                }
            });
    }

    private static Verb Remove()
    {
        var name = Name("Context to remove");
        return new Verb("remove", "Remove a context with its credentials; sign out first to end its sign-in at the issuer", "rollout context remove old")
            .With(name).Does(async (invocation, stop) =>
            {
                var chosen = invocation.Value(name);
                await ConfigFile.Change(
                    invocation.Terminal,
                    file => Known(invocation, file, chosen).With(chosen, null) with { Current = file.Current == chosen ? null : file.Current }, stop);
                invocation.Say($"Context {chosen} is removed.");
                return ExitCode.Success;
            });
    }

    private static Argument<string> Name(string description)
    {
        var name = new Argument<string>("name") { Description = description };
        name.CompletionSources.Add(_ => ContextNames.All());
        return name;
    }

    private static ConfigFile Known(Invocation invocation, ConfigFile file, string name) => file.Contexts.ContainsKey(name) ? file
        : throw new Failure(ExitCode.NotFound, $"No context is named \"{Plain.Line(name)}\" in {ConfigFile.PathOf(invocation.Terminal)}.");

    private static JsonObject Shown(string name, ConfigContext context, bool current)
    {
        var shown = new JsonObject
        {
            ["name"] = name,
            ["current"] = current,
            ["servers"] = new JsonArray([.. context.Servers.Select(server => (JsonNode)server)]),
            ["credential"] = context.Token is not null ? "token" : context.Key is not null ? "key" : "none",
        };
        if (context.Environment is { } environment)
        {
            shown["environment"] = environment;
        }

        if (context.Token is { } token)
        {
            shown["issuer"] = token.Issuer;
            shown["until"] = token.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return shown;
    }

    private static JsonElement Element(JsonObject value)
    {
        using var document = JsonDocument.Parse(value.ToJsonString());
        return document.RootElement.Clone();
    }
}
