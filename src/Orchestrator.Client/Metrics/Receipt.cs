using System.Net;
using System.Text.Json;

namespace Orchestrator.Client.Metrics;

/// <summary>Outcome of a batch, from the orchestrator's answer.</summary>
/// <param name="Lost">Samples that were not accepted.</param>
/// <param name="Reason">Reason for the first of them; null when all were accepted.</param>
/// <param name="Unread">Names of series that nothing in the plan reads.</param>
internal sealed record Receipt(int Lost, string? Reason, IReadOnlyList<(string Series, string Text)> Unread)
{
    /// <summary>Longest logged reason: a reason may quote a long text.</summary>
    private const int LongestReason = 300;

    private const int MostUnread = 200;
    private const string NoReason = "no reason given";

    /// <summary>
    /// Reads a final answer. A status alone proves nothing: the orchestrator answers 202 also where it refuses all samples, and
    /// another server may answer 200 to anything.
    /// </summary>
    /// <param name="status">Status of the answer.</param>
    /// <param name="body">Body of the answer.</param>
    /// <param name="samples">Number of samples that were sent.</param>
    public static Receipt Read(HttpStatusCode status, ReadOnlyMemory<byte> body, int samples)
    {
        if ((int)status is >= 300 and < 400)
        {
            return None(samples, $"the server answered {(int)status}: redirects are not followed, configure the final address");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var problem = Text(root, "detail") ?? Text(root, "title") ?? NoReason;
            return (int)status >= 400 ? None(samples, $"the server answered {(int)status}: {problem}")
                : root.GetProperty("accepted").TryGetInt32(out var accepted) && accepted >= 0 ? Of(root, Math.Max(0, samples - accepted))
                : None(samples, NoReceipt(status));
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return None(samples, (int)status >= 400 ? $"the server answered {(int)status}" : NoReceipt(status));
        }
    }

    private static Receipt Of(JsonElement root, int lost)
    {
        string? reason = null;
        if (lost > 0)
        {
            reason = List(root, "errors").Select(error => $"{Text(error, "path")}: {Text(error, "message")}").FirstOrDefault() ?? NoReason;
        }

        var unread = List(root, "warnings").Take(MostUnread)
            .Select(warning => (Series(Text(warning, "path") ?? ""), Text(warning, "message") ?? ""));
        return new Receipt(lost, reason is null ? null : Cut(reason), [.. unread]);
    }

    private static Receipt None(int samples, string reason) => new(samples, Cut(reason), []);

    private static string NoReceipt(HttpStatusCode status) =>
        $"the server answered {(int)status} without the number of accepted samples: is it an orchestrator?";

    /// <summary>Name of the series in a path such as <c>samples[0].counters.payments</c>; names may have dots.</summary>
    private static string Series(string path) => path.Split('.', 3) is [_, _, var series] ? series : "";

    private static IEnumerable<JsonElement> List(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    private static string Cut(string reason) => reason.Length > LongestReason ? reason[..LongestReason] + "…" : reason;
}
