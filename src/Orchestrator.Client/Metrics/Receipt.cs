using System.Net;
using System.Text.Json;

namespace Orchestrator.Client.Metrics;

/// <summary>Outcome of a batch, as the orchestrator says.</summary>
/// <param name="Lost">Samples it did not take.</param>
/// <param name="Reason">Why, of the first of them; null when it took all.</param>
/// <param name="Unread">Names of series that nothing in the plan reads.</param>
internal sealed record Receipt(int Lost, string? Reason, IReadOnlyList<(string Series, string Text)> Unread)
{
    /// <summary>Characters of a reason that are said: it may quote a long text.</summary>
    private const int LongestReason = 300;

    private const int MostUnread = 200;

    /// <summary>
    /// Reads an answer that is final. A status alone proves nothing: samples are answered with 202 also where all of them are refused, and something else than an
    /// orchestrator may answer 200 to anything.
    /// </summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="body">Of the answer.</param>
    /// <param name="samples">How many were sent.</param>
    public static Receipt Read(HttpStatusCode status, ReadOnlyMemory<byte> body, int samples)
    {
        if ((int)status is >= 300 and < 400)
        {
            return None(samples, $"the server answered {(int)status}: redirects are not followed, give the final address");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return (int)status >= 400 ? None(samples, $"the server answered {(int)status}: {Text(root, "detail") ?? Text(root, "title") ?? "no reason given"}")
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
            reason = List(root, "errors").Select(error => $"{Text(error, "path")}: {Text(error, "message")}").FirstOrDefault() ?? "no reason given";
        }

        var unread = List(root, "warnings").Take(MostUnread).Select(warning => (Series(Text(warning, "path") ?? ""), Text(warning, "message") ?? ""));
        return new Receipt(lost, reason is null ? null : Cut(reason), [.. unread]);
    }

    private static Receipt None(int samples, string reason) => new(samples, Cut(reason), []);

    private static string NoReceipt(HttpStatusCode status) => $"the server answered {(int)status} without saying what it took: is it an orchestrator?";

    /// <summary>Of <c>samples[0].counters.payments</c>; names may have dots.</summary>
    private static string Series(string path) => path.Split('.', 3) is [_, _, var series] ? series : "";

    private static IEnumerable<JsonElement> List(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Text(JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static string Cut(string reason) => reason.Length > LongestReason ? reason[..LongestReason] + "…" : reason;
}
