using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Orchestrator.PlanFiles;

/// <summary>Syntax of the JSONPaths in a plan, checked by the library that evaluates them.</summary>
internal static class JsonPathSyntax
{
    /// <summary>Fault in the syntax of a path; null for none.</summary>
    public static string? Fault(string path)
    {
        try
        {
            foreach (var _ in new JObject().SelectTokens(path))
            {
                // Nothing matches; some syntax errors appear only during evaluation.
            }

            return null;
        }
        catch (Exception odd) when (odd is JsonException or ArgumentException or FormatException or OverflowException
            or InvalidCastException or InvalidOperationException)
        {
            return odd.Message.TrimEnd('.');
        }
    }
}
