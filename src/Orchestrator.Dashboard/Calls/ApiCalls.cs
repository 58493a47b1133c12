using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.InProcess;

namespace Orchestrator.Dashboard.Calls;

/// <summary>
/// Calls of the public API as the session's caller. A page knows and may do what its caller could with a key over the network, and nothing
/// more.
/// </summary>
public sealed class ApiCalls(InProcessApi api, IHttpContextAccessor accessor)
{
    /// <summary>Answers of the API in shapes of pages: names in camel case, unknown members left out.</summary>
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        // A member that is null was not given: the API then names what is missing.
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads a resource.</summary>
    /// <typeparam name="T">Shape of the answer, with the members that the page shows.</typeparam>
    /// <param name="target">Path and query, percent-encoded.</param>
    public async Task<Answer<T>> Get<T>(string target)
        where T : class => Read<T>(await Send(new InProcessRequest("GET", target)));

    /// <summary>Reads a resource that is text, such as a plan in YAML.</summary>
    /// <param name="target">Path and query, percent-encoded.</param>
    /// <param name="accept">Media type.</param>
    public async Task<Answer<string>> Text(string target, string accept)
    {
        var answer = await Send(new InProcessRequest("GET", target) { Headers = [new("Accept", accept)] });
        return Succeeded(answer.Status)
            ? new Answer<string>(answer.Status, System.Text.Encoding.UTF8.GetString(answer.Body), null, answer.ETag)
            : new Answer<string>(answer.Status, null, Problem(answer), null);
    }

    /// <summary>Sends a command or a question. Sent twice with one key, a command is applied once.</summary>
    /// <typeparam name="T">Shape of the answer.</typeparam>
    /// <param name="target">Path and query, percent-encoded.</param>
    /// <param name="body">Body, written as JSON.</param>
    /// <param name="key">Idempotency key of the form; null for a question.</param>
    /// <param name="version">Version that the page showed; null where the command is right at any version.</param>
    /// <param name="method">HTTP method.</param>
    public async Task<Answer<T>> Send<T>(string target, object body, string? key = null, long? version = null, string method = "POST")
        where T : class
    {
        List<KeyValuePair<string, string>> headers = [];
        if (key is not null)
        {
            headers.Add(new("Idempotency-Key", key));
        }

        if (version is { } seen)
        {
            headers.Add(new("If-Match", $"\"{seen}\""));
        }

        var request = new InProcessRequest(method, target) { Body = JsonSerializer.SerializeToUtf8Bytes(body, Json), Headers = headers };
        return Read<T>(await Send(request));
    }

    /// <summary>Sends a text, such as a plan in YAML.</summary>
    /// <typeparam name="T">Shape of the answer.</typeparam>
    /// <param name="target">Path and query, percent-encoded.</param>
    /// <param name="text">The text.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="key">Idempotency key of the form; null for a question.</param>
    /// <param name="version">Version that the page showed; null where the command is right at any version.</param>
    /// <param name="method">HTTP method.</param>
    public async Task<Answer<T>> SendText<T>(
        string target, string text, string mediaType, string? key = null, long? version = null, string method = "POST")
        where T : class
    {
        List<KeyValuePair<string, string>> headers = [new("Content-Type", mediaType)];
        if (key is not null)
        {
            headers.Add(new("Idempotency-Key", key));
        }

        if (version is { } seen)
        {
            headers.Add(new("If-Match", $"\"{seen}\""));
        }

        var body = System.Text.Encoding.UTF8.GetBytes(text);
        return Read<T>(await Send(new InProcessRequest(method, target) { Body = body, Headers = headers }));
    }

    /// <summary>A segment of a path.</summary>
    public static string Escape(string text) => Uri.EscapeDataString(text);

    private Task<InProcessAnswer> Send(InProcessRequest request) => api.Send(
        accessor.HttpContext ?? throw new InvalidOperationException("A page is rendered in a request."), request);

    private static Answer<T> Read<T>(InProcessAnswer answer)
        where T : class => Succeeded(answer.Status)
        ? new Answer<T>(answer.Status, answer.Body.Length == 0 ? null : JsonSerializer.Deserialize<T>(answer.Body, Json), null, answer.ETag)
        : new Answer<T>(answer.Status, null, Problem(answer), null);

    private static bool Succeeded(int status) => status is >= 200 and < 300;

    private static ApiProblem Problem(InProcessAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize<ApiProblem>(answer.Body, Json)!;
        }
        catch (JsonException)
        {
            return new ApiProblem(answer.Status, $"http.{answer.Status}", $"The API answered {answer.Status}.", null);
        }
    }
}
