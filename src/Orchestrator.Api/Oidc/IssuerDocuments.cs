using Microsoft.IdentityModel.Protocols;
using Orchestrator.Grains.Egress;

namespace Orchestrator.Api.Oidc;

/// <summary>Fetches the documents of an issuer. Follows no redirect: only the discovery document names the address of its keys.</summary>
internal sealed class IssuerDocuments(OidcSettings settings) : IDocumentRetriever, IDisposable
{
    /// <summary>Most characters of a document; discovery documents and key sets have a few thousand.</summary>
    private const int Longest = 1_000_000;

    private readonly HttpClient _http = Client();

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        var uri = new Uri(address);
        if (settings.RequireHttps && !OidcSettings.IsSafe(uri))
        {
            throw new IOException($"the issuer names {uri.GetLeftPart(UriPartial.Path)}, which is not HTTPS");
        }

        return await _http.GetStringAsync(uri, cancel);
    }

    public void Dispose() => _http.Dispose();

    private static HttpClient Client()
    {
        var client = OutgoingHttp.Configured();
        client.Timeout = TimeSpan.FromSeconds(5);
        client.MaxResponseContentBufferSize = Longest;
        return client;
    }
}
