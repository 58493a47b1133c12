using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Orchestrator.Samples.Chat.Routing;

/// <summary>Asks the orchestrator through OFREP. Knows no failure: whatever goes wrong reads as "no".</summary>
internal sealed class OfrepClient(HttpClient http, ChatOptions options)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly string[] Known = ["region", "usage", "internal", "trusted", "platform"];
    private long _asked;
    private long _failed;

    public long Asked => Interlocked.Read(ref _asked);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>True when the flag's value for this user is true, or its variant <c>new</c>.</summary>
    public async Task<bool> IsOnAsync(
        string flag, string targetingKey, IReadOnlyDictionary<string, JsonElement>? attributes, CancellationToken stop)
    {
        Interlocked.Increment(ref _asked);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(options.RoutingTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Orchestrator, $"ofrep/v1/evaluate/flags/{Uri.EscapeDataString(flag)}"));
            request.Headers.Add("X-API-Key", options.EvaluationKey);
            request.Content = new ReadOnlyMemoryContent(Body(targetingKey, attributes)) { Headers = { ContentType = Json } };
            using var response = await http.SendAsync(request, deadline.Token);
            if (response.IsSuccessStatusCode)
            {
                using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(deadline.Token));
                return Says(answer.RootElement);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            // Falls through: a service that cannot ask stays on the safe path.
        }

        Interlocked.Increment(ref _failed);
        return false;
    }

    private static bool Says(JsonElement answer) => answer.ValueKind == JsonValueKind.Object
        && ((answer.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.True)
            || (answer.TryGetProperty("variant", out var variant) && variant.ValueKind == JsonValueKind.String && variant.ValueEquals("new")));

    private static ReadOnlyMemory<byte> Body(string targetingKey, IReadOnlyDictionary<string, JsonElement>? attributes)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartObject("context");
        json.WriteString("targetingKey", targetingKey);
        foreach (var name in Known)
        {
            if (attributes is not null && attributes.TryGetValue(name, out var value))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
