using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>Fetches the routing table over HTTP, and listens to the stream of changes.</summary>
internal sealed class TableSource : IDisposable
{
    /// <summary>Two and a half times the longest silence of the server.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(40);

    private static readonly string Table = string.Create(CultureInfo.InvariantCulture, $"sdk/v1/table?format={TableDocument.Format}");

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public TableSource(OrchestratorOptions options, TimeProvider time)
    {
        _time = time;
        _http = Connection.Open(options, options.Key);
    }

    /// <summary>
    /// Sends one request. Throws <see cref="RefusedException"/>, <see cref="HttpRequestException"/>, <see cref="TimeoutException"/> or
    /// <see cref="FormatException"/>.
    /// </summary>
    /// <param name="known">The known table; null for none, or to get the whole table.</param>
    /// <param name="timeout">Longest wait for the answer.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<TableReply> Fetch(LocalTable? known, TimeSpan timeout, CancellationToken stop)
    {
        var have = known is null ? "" : string.Join(',', known.Members);
        using var request = new HttpRequestMessage(HttpMethod.Get, Table + (have.Length == 0 ? "" : "&have=" + have));
        if (known is { Tag.Length: > 0 })
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(known.Tag));
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var limit = new CancellationTokenSource(timeout, _time);
        using var linked = limit.Token.Register(ends.Cancel);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token).ConfigureAwait(false);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotModified))
            {
                throw new RefusedException(response);
            }

            var document = response.StatusCode == HttpStatusCode.NotModified
                ? (ReadOnlyMemory<byte>?)null
                : await response.Content.ReadAsByteArrayAsync(ends.Token).ConfigureAwait(false);
            return new TableReply(
                Number(response, "Orchestrator-Timeline"),
                Number(response, "Orchestrator-Position"),
                Milliseconds(response, "Orchestrator-Granted"),
                Milliseconds(response, "Orchestrator-Age"),
                response.Headers.ETag?.ToString() ?? throw new FormatException("the server sent no ETag"),
                document,
                Return(response),
                Speed(response),
                People(response));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {timeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Reads the stream of changes until it ends; then throws or returns. Ends a stream that is silent for too long.</summary>
    /// <param name="changed">Called at each event; the first comes at once.</param>
    /// <param name="stop">Ends the stream.</param>
    public async Task Listen(Action changed, CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(Silence, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "sdk/v1/stream");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RefusedException(response);
        }

        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ends.Token).ConfigureAwait(false));
        while (await lines.ReadLineAsync(ends.Token).ConfigureAwait(false) is { } line)
        {
            silence.CancelAfter(Silence);
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                changed();
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static NodeReturn? Return(HttpResponseMessage response) => response.Headers.Contains("Orchestrator-Returned")
        ? NodeReturn.Of(
            Milliseconds(response, "Orchestrator-Past"), Share.Of(Number(response, "Orchestrator-Returned"), Share.All.Thousandths))
        : null;

    /// <summary>Servers send the header only at another speed than 1.</summary>
    private static double Speed(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Orchestrator-Speed", out var values)
        && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var speed)
        && double.IsFinite(speed)
        && speed > 0
            ? speed
            : 1;

    /// <summary>Servers of earlier versions send no such header, and count no users of clients.</summary>
    private static ulong People(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Orchestrator-People", out var values)
        && ulong.TryParse(values.First(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            ? key
            : 0;

    private static TimeSpan Milliseconds(HttpResponseMessage response, string name) => TimeSpan.FromMilliseconds(Number(response, name));

    private static long Number(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"the server sent no header {name}: is it an orchestrator?");
}
