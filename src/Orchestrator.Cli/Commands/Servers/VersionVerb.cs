using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Servers;

/// <summary>Versions of this tool and of the server.</summary>
internal static class VersionVerb
{
    public static Command Version()
    {
        var client = new Option<bool>("--client") { Description = "Only the version of this tool; asks no server" };
        return new Verb("version", "Show the versions of this tool and of the server", "rollout version", "rollout version --client -o json")
            .With(client).Does(async (invocation, stop) =>
            {
                var answer = new JsonObject { ["client"] = new JsonObject { ["version"] = Own() } };
                Exception? failed = null;
                if (!invocation.Value(client))
                {
                    try
                    {
                        var node = await invocation.Get("/api/v1/node", stop);
                        answer["server"] = new JsonObject { ["version"] = node.Text("version"), ["node"] = node.Text("name") ?? node.Text("id") };
                    }
                    catch (Exception error) when (error is OrchestratorApiException or OrchestratorUnreachableException or Failure)
                    {
                        failed = error;
                    }
                }

                using var document = JsonDocument.Parse(answer.ToJsonString());
                var all = document.RootElement.Clone();
                invocation.Printer.One(all, $"version/{Own()}", _ =>
                {
                    invocation.Terminal.Out.WriteLine($"client {Own()}");
                    if (all.Text("server.version") is { } version)
                    {
                        invocation.Terminal.Out.WriteLine($"server {Plain.Line(version)} (node {Plain.Line(all.Text("server.node") ?? "")})");
                    }
                });
                // The version of this tool is shown anyway; the message and the exit code are those of every failed call.
                return failed is null ? ExitCode.Success : throw failed;
            });
    }

    /// <summary>Version of this build, without the hash of its sources.</summary>
    private static string Own() =>
        typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "unknown";
}
