using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Domain.Documents;

namespace Orchestrator.PlanFiles;

/// <summary>
/// Canonical layout of a file: two columns for each level, lists one level below their key, one space where a token needs one, at most one
/// empty line. Comments, quotes, the order of keys, columns that are aligned and the text of blocks stay. A result that would not mean the
/// same is refused.
/// </summary>
public static class PlanFormat
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text in canonical layout; null when it cannot be laid out without a change of its meaning.</summary>
    /// <param name="source">A source that has a root.</param>
    public static string? Of(PlanSource source)
    {
        if (source.Root is not { } root)
        {
            return null;
        }

        var text = source.Text.AsSpan().TrimStart() is ['{', ..] ? Json(source.Text) : YamlLayout.Of(source.Text.ReplaceLineEndings("\n"));
        return text is not null && PlanSource.Of(text).Root is { } after && CanonicalJson.Write(after) == CanonicalJson.Write(root)
            ? text
            : null;
    }

    private static string Json(string text) => JsonNode.Parse(text)!.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
}
