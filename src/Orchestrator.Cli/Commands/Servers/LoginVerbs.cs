using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Servers;
using ConfigContext = Orchestrator.Cli.Servers.ConfigFile.Context;

namespace Orchestrator.Cli.Commands.Servers;

/// <summary>Sign-in of a person at the issuer of a server, and its end.</summary>
internal static class LoginVerbs
{
    /// <summary>Name of the context that a first sign-in makes.</summary>
    private const string FirstContext = "default";

    public static Command Login() => new Verb(
        "login", "Sign in with a browser at the issuer of the server (OpenID Connect, device flow); the context keeps the tokens",
        "rollout login", "rollout login --context production", "rollout login --context staging --server https://staging.example")
        .Does(async (invocation, stop) =>
        {
            var terminal = invocation.Terminal;
            var before = ConfigFile.Read(terminal);
            var name = ServerSettings.Named(ServerSettings.ContextOf(invocation.Parsed, terminal, before) ?? FirstContext);
            var servers = Servers(invocation, before.Contexts.GetValueOrDefault(name), name);
            using var http = new IssuerClient();
            var addresses = ServerSettings.Addressed(servers);
            var token = await DeviceLogin.SignIn(terminal, await Issuer.Of(addresses, http, stop), http, stop);

            // A token that the server does not take is not kept: the person learns it here, with the server's reason.
            using var signedIn = new Invocation(invocation.Parsed, terminal)
            {
                Server = new ServerSettings(addresses, _ => ValueTask.FromResult<string?>(token.Access), null, null),
            };
            var me = await signedIn.Get("/api/v1/me", stop);
            await ConfigFile.Change(
                terminal,
                file =>
                {
                    var context = file.Contexts.GetValueOrDefault(name) ?? new ConfigContext { Servers = [.. servers] };
                    return file.With(name, context with { Token = token }) with { Current = file.Current ?? name };
                },
                stop);
            invocation.Say(
                $"Signed in to {name} as {Plain.Line(me.Text("name") ?? me.Text("id") ?? "")} ({me.Text("role")}), "
                + (token.Refresh is null ? $"until {Time(token.Until)}." : "renewed by itself until you sign out or the issuer ends it."));
            return ExitCode.Success;
        });

    public static Command Logout() => new Verb(
        "logout", "Withdraw the tokens of a context at the issuer, and forget them", "rollout logout", "rollout logout --context production")
        .Does(async (invocation, stop) =>
        {
            var terminal = invocation.Terminal;
            var before = ConfigFile.Read(terminal);
            if (ServerSettings.ContextOf(invocation.Parsed, terminal, before) is not { } name || !before.Contexts.ContainsKey(name))
            {
                throw new Failure(ExitCode.NotFound, $"There is no such context in {ConfigFile.PathOf(terminal)}. Name one with --context.");
            }

            ConfigFile.Token? token = null;
            await ConfigFile.Change(
                terminal,
                file =>
                {
                    var context = file.Contexts.GetValueOrDefault(name);
                    token = context?.Token;
                    return context is null ? file : file.With(name, context with { Token = null });
                },
                stop);
            if (token is null)
            {
                invocation.Say($"The context {name} has no sign-in.");
                return ExitCode.Success;
            }

            using var http = new IssuerClient();
            var kept = await DeviceLogin.Revoke(token, http, stop);
            invocation.Say(kept is null ? $"Signed out of {name}."
                : $"Signed out of {name} here. At the issuer the tokens stay valid until they end: {Plain.Line(kept)}.");
            return ExitCode.Success;
        });

    /// <summary>Servers of the sign-in. A context keeps its own: a token of other servers is none of its.</summary>
    private static string[] Servers(Invocation invocation, ConfigContext? context, string name)
    {
        var given = ServerSettings.Given(invocation.Parsed, invocation.Terminal);
        if (context is null)
        {
            return given.Length > 0 ? given : throw Failure.Invalid($"There is no context {name}. Name its server: rollout login --context {name} --server https://rollouts.example");
        }

        return ServerSettings.Addressed(given).All(ServerSettings.Addressed(context.Servers).Contains) ? [.. context.Servers]
            : throw Failure.Invalid($"The context {name} is for {string.Join(", ", context.Servers)}. Name another one with --context, or change it: rollout context set {name} --server ...");
    }

    private static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
