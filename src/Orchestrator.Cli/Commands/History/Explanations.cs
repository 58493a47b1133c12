using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Commands.History;

/// <summary>An explanation as lines of text.</summary>
internal static class Explanations
{
    public static void Write(TextWriter o, string user, JsonElement answer)
    {
        o.WriteLine($"{Plain.Line(user)} gets {answer.Text("variant") ?? "no variant"} of {answer.Text("flag")}: {Plain.Line(answer.Text("text") ?? answer.Text("reason") ?? "")}");
        foreach (var member in answer.EnumerateObject().Where(member => member.Name is not ("variant" or "flag" or "text") && member.Value.ValueKind != JsonValueKind.Null))
        {
            o.WriteLine($"  {member.Name}: {Plain.Line(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText())}");
        }
    }
}
