using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources.Credentials;

namespace Orchestrator.Grains.Metrics.Sources.Http;

/// <summary>
/// Queries the servers that plans name: only allowed hosts, with credentials only the hosts allowed for these, without redirects, proxies
/// and cookies, within a time and a size. Every failure is a sentence without secrets, never an exception.
/// </summary>
public sealed class SourceHttp(EgressList egress, CredentialSettings credentials) : IDisposable
{
    /// <summary>Largest answer that is read, in bytes.</summary>
    public const int LargestAnswer = 1024 * 1024;

    private readonly Connections _plain = new(egress, null);

    /// <summary>At most one for each credentials section of the configuration.</summary>
    private readonly ConcurrentDictionary<string, Lazy<Connections>> _proven = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reason why a plan may not query an address, as display text; null when it may.</summary>
    public string? Refusal(Uri address, string? named) =>
        egress.Refusal(address) ?? (named is null ? null : credentials.Refusal(named, address));

    /// <summary>A sentence of a server with the secrets removed.</summary>
    public string Hide(string text, string? named) => named is not null && credentials.Find(named) is { } known ? known.Hide(text) : text;

    /// <summary>Sends one request, in real time.</summary>
    /// <param name="address">Absolute.</param>
    /// <param name="json">A body to post; null for a GET.</param>
    /// <param name="named">Credentials by name; null for none.</param>
    /// <param name="timeout">Time for the whole answer.</param>
    /// <param name="stop">Ends the wait with an exception.</param>
    /// <param name="largest">Largest answer that is read, in bytes.</param>
    internal async Task<SourceAnswer> Send(
        Uri address, string? json, string? named, TimeSpan timeout, CancellationToken stop, int largest = LargestAnswer)
    {
        if (Refusal(address, named) is { } refusal)
        {
            return SourceAnswer.Failed(refusal);
        }

        var known = named is null ? null : credentials.Find(named);
        var connections = known is null
            ? _plain
            : _proven.GetOrAdd(known.Name, _ => new Lazy<Connections>(() => new Connections(egress, known))).Value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
        using var request = new HttpRequestMessage(json is null ? HttpMethod.Get : HttpMethod.Post, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("rollout-orchestrator", null));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, MediaTypeNames.Application.Json);
        known?.Sign(request);
        try
        {
            using var response = await connections.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return await Read(response, named, largest, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return SourceAnswer.Failed(string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            var certified = address.Scheme == Uri.UriSchemeHttps && known?.Certificate is not null;
            var sentence = EgressRefusedException.Behind(broken)?.Message
                ?? TlsFault.Sentence(broken, named, connections.CertificateWanted(address.IdnHost), certified)
                ?? $"no answer: {broken.Message}";
            return SourceAnswer.Failed(Hide(sentence, named));
        }
    }

    public void Dispose()
    {
        _plain.Dispose();
        foreach (var connections in _proven.Values.Where(one => one.IsValueCreated))
        {
            connections.Value.Dispose();
        }
    }

    private static async Task<SourceAnswer> Read(HttpResponseMessage response, string? named, int largest, CancellationToken stop)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            return SourceAnswer.Failed($"the server answers {status}, a redirect, which is not followed", status);
        }

        if (status is 401 or 403)
        {
            return SourceAnswer.Failed(
                named is null ? $"the server answers {status}: it requires credentials, and the source names none" : $"the server answers {status}: it rejects the credentials '{named}'", status);
        }

        var body = await Read(response, largest, stop);
        return body is null
            ? SourceAnswer.Failed($"the answer is larger than {largest / 1024} KiB; narrow the query down", status)
            : new SourceAnswer(status, body, null);
    }

    private static async Task<byte[]?> Read(HttpResponseMessage response, int largest, CancellationToken stop)
    {
        if (response.Content.Headers.ContentLength > largest)
        {
            return null;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, stop) is var read and > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > largest)
            {
                return null;
            }
        }

        return body.ToArray();
    }
}
