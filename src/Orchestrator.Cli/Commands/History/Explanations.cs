using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Commands.History;

/// <summary>An explanation as lines of text: the variant, then each rule that was tested, to the one that decided.</summary>
internal static class Explanations
{
    public static void Write(Terminal terminal, string user, string flag, JsonElement answer)
    {
        var o = terminal.Out;
        var variant = answer.Text("variant") is { } known ? $"{known} ({answer.Text("reason")})" : $"an error, {answer.Text("errorCode")}";
        o.WriteLine($"{Plain.Line(user)} gets {variant} of {Plain.Line(flag)}, value {answer.Text("value") ?? "null"}");
        if (answer.Text("rollout") is { } rollout)
        {
            o.WriteLine($"  rollout {rollout}, version {answer.Text("rolloutVersion")}, phase {answer.Text("phase") ?? "-"}, step {answer.Text("step") ?? "-"}: {answer.Text("audience")} on new");
        }

        if (answer.Text("bucket") is { } bucket)
        {
            o.WriteLine($"  bucket {bucket} of 100000{(answer.Text("stickyBy") is { } attribute ? $", by {Plain.Line(attribute)}" : "")}");
        }

        foreach (var rule in answer.Items("rules"))
        {
            o.WriteLine($"  {Mark(terminal, rule.True("matched"))} {Plain.Line(rule.Text("rule") ?? "")}: saw {Plain.Line(rule.Text("saw") ?? "")}");
        }
    }

    private static string Mark(Terminal terminal, bool matched) => (terminal.Unicode, matched) switch
    {
        (true, true) => "✓",
        (true, false) => "✕",
        (false, true) => "[x]",
        (false, false) => "[ ]",
    };
}
