using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Orchestrator.Domain.Leases;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Client.Table;

/// <summary>Asks the orchestrator for the table, and listens for news of it.</summary>
internal sealed class TableSource : IDisposable
{
    /// <summary>Twice and a half of what the server stays silent at most.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(40);

    private static readonly string Table = string.Create(CultureInfo.InvariantCulture, $"sdk/v1/table?format={TableDocument.Format}");

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public TableSource(OrchestratorOptions options, TimeProvider time)
    {
        _time = time;
        _http = Connection.Open(options, options.Key);
    }

    /// <summary>One question. Throws <see cref="RefusedException"/>, <see cref="HttpRequestException"/>, <see cref="TimeoutException"/> or <see cref="FormatException"/>.</summary>
    /// <param name="known">The table that is known; null for none, or to be sent the whole whatever is known.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<TableReply> Ask(LocalTable? known, TimeSpan patience, CancellationToken stop)
    {
        var have = known is null ? "" : string.Join(',', known.Members);
        using var request = new HttpRequestMessage(HttpMethod.Get, Table + (have.Length == 0 ? "" : "&have=" + have));
        if (known is { Tag.Length: > 0 })
        {
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(known.Tag));
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var limit = new CancellationTokenSource(patience, _time);
        using var linked = limit.Token.Register(ends.Cancel);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NotModified))
            {
                throw new RefusedException(response);
            }

            var document = response.StatusCode == HttpStatusCode.NotModified ? (ReadOnlyMemory<byte>?)null : await response.Content.ReadAsByteArrayAsync(ends.Token);
            return new TableReply(
                Number(response, "Orchestrator-Timeline"), Number(response, "Orchestrator-Position"), TimeSpan.FromMilliseconds(Number(response, "Orchestrator-Granted")),
                TimeSpan.FromMilliseconds(Number(response, "Orchestrator-Age")), response.Headers.ETag?.ToString() ?? throw new FormatException("the server sent no ETag"), document, Return(response), Speed(response));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {patience.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Tells of every piece of news until the stream ends; then throws or returns. A silent one is ended.</summary>
    /// <param name="news">Told at each event; the first comes at once.</param>
    /// <param name="stop">Ends it.</param>
    public async Task Listen(Action news, CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(Silence, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "sdk/v1/stream");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RefusedException(response);
        }

        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ends.Token));
        while (await lines.ReadLineAsync(ends.Token) is { } line)
        {
            silence.CancelAfter(Silence);
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                news();
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static NodeReturn? Return(HttpResponseMessage response) => response.Headers.Contains("Orchestrator-Returned")
        ? NodeReturn.Of(
            TimeSpan.FromMilliseconds(Number(response, "Orchestrator-Past")), Share.Of(Number(response, "Orchestrator-Returned"), Share.All.Thousandths))
        : null;

    /// <summary>Servers say it only where time does not run as everywhere.</summary>
    private static double Speed(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Orchestrator-Speed", out var values)
        && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && double.IsFinite(speed) && speed > 0
            ? speed
            : 1;

    private static long Number(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"the server sent no {name}: is it an orchestrator?");
}

/// <summary>The server answered, and not with what was asked for.</summary>
internal sealed class RefusedException(HttpResponseMessage response) : Exception($"the server answered {(int)response.StatusCode}" + response.StatusCode switch
{
    HttpStatusCode.Unauthorized => ": it does not know the key",
    HttpStatusCode.Forbidden => ": the key must have the role evaluation and an environment",
    >= HttpStatusCode.MovedPermanently and < HttpStatusCode.BadRequest => ": redirects are not followed, give the final address",
    _ => "",
})
{
    /// <summary>True when the key does not open the table, or no longer.</summary>
    public bool Forbidden { get; } = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>How long the server asks to be left alone; null for nothing.</summary>
    public TimeSpan? RetryAfter { get; } = response.Headers.RetryAfter?.Delta;
}
