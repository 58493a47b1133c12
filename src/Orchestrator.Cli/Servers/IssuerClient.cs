using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>
/// Requests to a server and to its issuer without a credential. Follows no redirect, keeps no cookie, and bounds each answer: both sides
/// are strangers until a person has signed in.
/// </summary>
internal sealed class IssuerClient : IDisposable
{
    private const int LargestAnswer = 256 * 1024;
    private const int DeepestAnswer = 16;
    private const int LongestReason = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>An answer: its status, and its JSON; undefined when it has none.</summary>
    public readonly record struct Reply(int Status, JsonElement Body)
    {
        public bool IsSuccess => Status is >= 200 and < 300;

        /// <summary>Code of a refusal (RFC 6749); empty when there is none.</summary>
        public string Error => Body.ValueKind == JsonValueKind.Object ? Body.Text("error") ?? "" : "";

        /// <summary>The refusal in words, for a message.</summary>
        public string Reason => Cut(
            Body.ValueKind != JsonValueKind.Object || Error.Length == 0 ? $"status {Status}, without a reason"
            : Body.Text("error_description") is { Length: > 0 } text ? $"{Error}: {text}" : Error);
    }

    /// <summary>True when answers from that address cannot be changed in transit.</summary>
    public static bool IsSafe(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>A text of a stranger in a message: one line, and not too long.</summary>
    public static string Cut(string text)
    {
        var line = Plain.Line(text);
        return line.Length <= LongestReason ? line : line[..LongestReason] + "...";
    }

    /// <exception cref="HttpRequestException">There is no answer, or none within the bounds.</exception>
    public Task<Reply> Get(Uri address, CancellationToken stop) => Send(new HttpRequestMessage(HttpMethod.Get, address), stop);

    /// <inheritdoc cref="Get" />
    public Task<Reply> Post(Uri address, IEnumerable<KeyValuePair<string, string>> form, CancellationToken stop) =>
        Send(new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) }, stop);

    public void Dispose() => _http.Dispose();

    private async Task<Reply> Send(HttpRequestMessage request, CancellationToken stop)
    {
        using (request)
        {
            request.Headers.Accept.ParseAdd("application/json");
            try
            {
                using var response = await _http.SendAsync(request, stop);
                return new Reply((int)response.StatusCode, Json(await response.Content.ReadAsByteArrayAsync(stop)));
            }
            catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
            {
                throw new HttpRequestException($"no answer within {Patience.TotalSeconds:0} s", error);
            }
        }
    }

    private static JsonElement Json(byte[] bytes)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DeepestAnswer });
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
