using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Api.Client;

/// <summary>A body, kept as bytes: it is sent once more at another server.</summary>
internal sealed class Content(byte[] bytes, string mediaType)
{
    public static Content Of<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json");

    /// <summary>A plan in YAML or JSON: JSON is YAML, too.</summary>
    public static Content Plan(string text) => new(Encoding.UTF8.GetBytes(text), "application/yaml");

    public HttpContent Make() => new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };
}
