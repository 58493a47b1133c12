using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using JsonDocument = System.Text.Json.JsonDocument;
using JsonDocumentOptions = System.Text.Json.JsonDocumentOptions;
using JsonElement = System.Text.Json.JsonElement;

namespace Orchestrator.Grains.Metrics.Sources.Json;

/// <summary>JSONPath as Json.NET evaluates it, on documents that are strictly JSON and of bounded size.</summary>
internal static partial class JsonPaths
{
    /// <summary>Deepest document that is read.</summary>
    internal const int Deepest = 32;

    /// <summary>Most values of a document: a tree takes about a hundred times the memory of its text.</summary>
    internal const int MostValues = 100_000;

    /// <summary>Most matches of a path that are looked at.</summary>
    internal const int MostMatches = 10_000;

    /// <summary>The document of an answer, or the reason why there is none.</summary>
    internal static (JToken? Root, string? Error) Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            // Json.NET would accept comments, single quotes and duplicate keys; such an answer is not reliable.
            using (var strict = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false }))
            {
                if (Values(strict.RootElement, 0) > MostValues)
                {
                    return (null, $"the answer has more than {MostValues} values; ask for less");
                }
            }

            using var text = new StringReader(Encoding.UTF8.GetString(utf8.Span));
            using var reader = new JsonTextReader(text) { MaxDepth = Deepest, DateParseHandling = DateParseHandling.None };
            return (JToken.ReadFrom(reader), null);
        }
        catch (Exception odd) when (odd is System.Text.Json.JsonException or InvalidOperationException or JsonException)
        {
            return (null, $"the answer is not JSON of at most {Deepest} levels without duplicate keys");
        }
    }

    /// <summary>Values that a path finds; null when it cannot be evaluated.</summary>
    internal static IReadOnlyList<JToken>? Find(JToken root, string path)
    {
        try
        {
            return [.. root.SelectTokens(path).Take(MostMatches + 1)];
        }
        catch (Exception odd) when (IsOfPaths(odd))
        {
            return null;
        }
    }

    /// <summary>
    /// True when the first of several steps of a path is found: then a missing rest means an answer without such values, and not an
    /// unrelated document, as the errors that some servers send with status 200.
    /// </summary>
    internal static bool FindsBeginning(JToken root, string path) =>
        Beginning().Match(path) is { Success: true } first && Find(root, first.Value[..^1]) is [{ Type: not JTokenType.Null }];

    private static bool IsOfPaths(Exception odd) => odd is JsonException or ArgumentException or FormatException or OverflowException
        or InvalidCastException or InvalidOperationException;

    private static int Values(JsonElement element, int counted)
    {
        counted++;
        switch (element.ValueKind)
        {
            case System.Text.Json.JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if ((counted = Values(member.Value, counted)) > MostValues)
                    {
                        return counted;
                    }
                }

                break;
            case System.Text.Json.JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    if ((counted = Values(item, counted)) > MostValues)
                    {
                        return counted;
                    }
                }

                break;
        }

        return counted;
    }

    [GeneratedRegex(@"^\$(\.[^.\[\]?*]+|\['[^']*'\])[.\[]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();
}
