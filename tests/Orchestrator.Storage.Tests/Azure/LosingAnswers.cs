using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>A real connection on which the answer to a write can get lost after the service has done it.</summary>
internal sealed class LosingAnswers() : DelegatingHandler(new HttpClientHandler())
{
    private int _next;

    public int Lost { get; private set; }

    public void LoseNext() => _next = 1;

    public BlobServiceClient Blobs(string connectionString) => new(
        connectionString,
        new() { Transport = new HttpClientTransport(new HttpClient(this)), Retry = { Delay = TimeSpan.FromMilliseconds(1) } });

    public TableServiceClient Tables(string connectionString) => new(
        connectionString,
        new() { Transport = new HttpClientTransport(new HttpClient(this)), Retry = { Delay = TimeSpan.FromMilliseconds(1) } });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (request.Method != HttpMethod.Get && answer.IsSuccessStatusCode && Interlocked.Exchange(ref _next, 0) == 1)
        {
            Lost++;
            answer.Dispose();
            throw new HttpRequestException("The connection was cut after the request.");
        }

        return answer;
    }
}
