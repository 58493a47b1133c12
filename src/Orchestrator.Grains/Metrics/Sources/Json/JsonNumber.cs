using System.Globalization;
using Newtonsoft.Json.Linq;

namespace Orchestrator.Grains.Metrics.Sources.Json;

/// <summary>The number that a path finds, or the reason why it finds none.</summary>
/// <param name="Value">Finite; null with an error, and when nothing matched.</param>
/// <param name="Error">Null when nothing is wrong; nothing matched then, or a number.</param>
internal readonly record struct JsonNumber(double? Value, string? Error)
{
    private const long FirstMillisecond = 100_000_000_000;

    /// <summary>One number; of a count several, which are its parts.</summary>
    public static JsonNumber Of(JToken root, string path, bool parts)
    {
        if (JsonPaths.Find(root, path) is not { } found)
        {
            return new JsonNumber(null, $"the path {path} cannot be evaluated on the answer");
        }

        if (found.Count > 1 && (!parts || found.Count > JsonPaths.MostMatches))
        {
            return new JsonNumber(null, $"the path {path} finds {(found.Count > JsonPaths.MostMatches ? $"more than {JsonPaths.MostMatches}" : found.Count)} values; it must find one");
        }

        double? sum = null;
        foreach (var one in found)
        {
            if (one.Type is not (JTokenType.Integer or JTokenType.Float))
            {
                return new JsonNumber(null, $"the path {path} finds {Kind(one)}, not a number");
            }

            sum = (sum ?? 0) + (double)one;
        }

        return sum is { } value && !double.IsFinite(value) ? new JsonNumber(null, $"the path {path} finds a number that is too large") : new JsonNumber(sum, null);
    }

    /// <summary>A time in Unix milliseconds, from Unix seconds, Unix milliseconds or a text as in ISO 8601 with its offset.</summary>
    public static (long? At, string? Error) Time(JToken root, string path)
    {
        var found = JsonPaths.Find(root, path);
        if (found is not [var one])
        {
            return (null, $"the path {path} of the time finds {(found is null or [] ? "nothing" : "several values")}");
        }

        double? milliseconds = one.Type switch
        {
            JTokenType.Integer or JTokenType.Float
                when (double)one is var number && double.IsFinite(number) && number >= 0 && number < FirstMillisecond * 1000.0 =>
                number < FirstMillisecond ? number * 1000 : number,
            JTokenType.String when DateTimeOffset.TryParseExact(
                    (string)one!, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) =>
                at.ToUnixTimeMilliseconds(),
            _ => null,
        };
        return milliseconds is { } time ? ((long)time, null) : (null, $"the path {path} of the time finds {Kind(one)} that is no time (Unix seconds, Unix milliseconds, or ISO 8601)");
    }

    private static string Kind(JToken token) => token.Type switch
    {
        JTokenType.Null => "null",
        JTokenType.String => "a text",
        JTokenType.Boolean => "true or false",
        JTokenType.Array => "a list",
        JTokenType.Object => "an object",
        JTokenType.Integer or JTokenType.Float => "a number",
        _ => "something else",
    };
}
