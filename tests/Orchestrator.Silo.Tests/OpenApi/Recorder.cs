using System.Collections.Concurrent;
using Orchestrator.Api.OpenApi;

namespace Orchestrator.Silo.Tests.OpenApi;

/// <summary>A call and its answer, as they went over the wire.</summary>
/// <param name="Operation">Method and path of the operation.</param>
/// <param name="Body">Body of the request; null for none.</param>
/// <param name="Status">Status of the answer.</param>
/// <param name="Media">Media type of the answer; empty for none.</param>
/// <param name="Text">Body of the answer; of a stream it is empty.</param>
internal sealed record Exchange(string Operation, string? Body, int Status, string Media, string Text);

/// <summary>Records the calls of a client.</summary>
internal sealed class Recorder(ConcurrentQueue<Exchange> exchanges)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    private static readonly string[][] Paths =
        [
            .. WireOperation.All.Values.Select(one => one.Main.Path).Distinct()
                .OrderBy(path => path.Count(c => c == '{')).Select(path => path.Split('/')),
        ];

    /// <summary>The operation of an address. Of two that fit, the one with fewer names in braces.</summary>
    public static string Operation(string method, string path)
    {
        var parts = path.Split('/');
        return Paths.Where(one => one.Length == parts.Length
            && one.Zip(parts).All(pair => pair.First is ['{', ..] || pair.First == pair.Second))
            .Select(one => WireOperation.Name(method, string.Join('/', one))).First(WireOperation.All.ContainsKey);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        var media = response.Content.Headers.ContentType?.MediaType ?? "";
        var text = "";
        if (media != "text/event-stream")
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            text = await response.Content.ReadAsStringAsync(cancellationToken);
        }

        var operation = Operation(request.Method.Method, request.RequestUri!.AbsolutePath);
        exchanges.Enqueue(new Exchange(operation, body, (int)response.StatusCode, media, text));
        return response;
    }
}
