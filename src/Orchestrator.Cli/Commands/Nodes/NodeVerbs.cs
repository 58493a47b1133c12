using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Nodes;

/// <summary>Nodes, and the caller as the server knows him.</summary>
internal static class NodeVerbs
{
    private static readonly Column[] Columns =
    [
        new("NAME", row => row.Text("name") ?? row.Text("id")),
        new("ROLE", row => row.Text("role")),
        new("VERSION", row => row.Text("version")),
        new("POSITION", row => row.Text("position"), Right: true),
        new("FRESHNESS", row => row.Text("freshness") is { } seconds ? seconds + "s" : null, Right: true),
        new("STATE", row => row.True("stale") ? "stale" : row.True("caughtUp") ? "ready" : "catching up"),
        new("UPTIME", row => row.Number("uptime") is { } seconds ? Ages.Of(TimeSpan.FromSeconds(seconds)) : null, Right: true),
        new("LEASE", row => row.Text("lease"), Wide: true),
        new("ID", row => row.Text("id"), Wide: true),
    ];

    public static IEnumerable<Command> All() => [Nodes(), Me()];

    private static Verb Nodes() => new Verb("nodes", "List the nodes with position, freshness and lease", "rollout nodes", "rollout nodes -o wide").Does(async (invocation, stop) =>
    {
        var answer = await invocation.Get("/api/v1/nodes", stop);
        invocation.Printer.List(answer, "nodes", row => $"node/{row.Text("id")}", Columns, "No nodes.");
        foreach (var alarm in answer.Items("nodes").SelectMany(node => node.Items("alarms")))
        {
            var text = alarm.ValueKind == System.Text.Json.JsonValueKind.String ? alarm.GetString()! : alarm.Text("text");
            invocation.Say("Alarm: " + Plain.Line(text ?? alarm.GetRawText()));
        }

        return ExitCode.Success;
    });

    private static Verb Me() => new Verb("whoami", "Show the caller, the role and its permissions", "rollout whoami").Does(async (invocation, stop) =>
    {
        var answer = await invocation.Get("/api/v1/me", stop);
        invocation.Printer.One(answer, $"{answer.Text("kind")}/{answer.Text("id")}", _ => invocation.Terminal.Out.WriteLine(
            $"{Plain.Line(answer.Text("name") ?? answer.Text("id") ?? "")} ({answer.Text("role")}{(answer.Text("environment") is { } bound ? ", " + bound : "")})"));
        return ExitCode.Success;
    });
}
