using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Commands.Apply;

/// <summary>A difference between a file and the server, and the request that ends it.</summary>
/// <param name="What">Subject: <c>segment beta</c>.</param>
/// <param name="Kind">Verb of the difference: <c>is new</c>.</param>
/// <param name="Path">Path of the PUT or DELETE.</param>
/// <param name="Body">JSON of the PUT; null for a DELETE.</param>
/// <param name="Version">Version that the thing must still have; null for one that is new.</param>
internal sealed record Change(string What, string Kind, string Path, JsonNode? Body, long? Version = null)
{
    /// <summary>
    /// Applies changes in order, each only where the server still has what was compared. Exit code 0 without changes, 2 with some.
    /// </summary>
    public static async Task<ExitCode> Apply(
        Invocation invocation, IReadOnlyList<Change> changes, int compared, string warning, bool dry, bool yes, CancellationToken stop)
    {
        var answer = JsonSerializer.SerializeToElement(new JsonObject
        {
            ["compared"] = compared,
            ["applied"] = !dry,
            ["changes"] = new JsonArray([.. changes.Select(change => (JsonNode)new JsonObject { ["what"] = change.What, ["change"] = change.Kind })]),
        });
        if (changes.Count > 0 && !dry)
        {
            Confirmation.Ask(invocation, string.Join("; ", changes.Select(change => $"{change.What} {change.Kind}")) + $". {warning}", yes);
            foreach (var change in changes)
            {
                var method = change.Body is null ? HttpMethod.Delete : HttpMethod.Put;
                await invocation.Send(method, change.Path, change.Body?.DeepClone(), stop, change.Version);
            }
        }

        invocation.Printer.One(answer, $"changes/{changes.Count}", _ =>
        {
            foreach (var change in changes)
            {
                invocation.Terminal.Out.WriteLine($"{change.What} {change.Kind}");
            }

            invocation.Terminal.Out.WriteLine(changes.Count == 0 ? $"No changes: {compared} compared." : dry ? $"{Waits.Count(changes.Count, "change")} of {compared}, not applied (--dry-run)." : $"{Waits.Count(changes.Count, "change")} of {compared} applied.");
        });
        return changes.Count == 0 ? ExitCode.Success : ExitCode.Changes;
    }
}
