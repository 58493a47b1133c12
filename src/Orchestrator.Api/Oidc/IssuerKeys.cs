using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Orchestrator.Api.Oidc;

/// <summary>
/// Signing keys of an issuer. They are fetched when a token needs them: none are known, they are old, or the token names one that is not
/// among them. The issuer is called at most once in <see cref="Between"/>, whatever tokens arrive.
/// </summary>
internal sealed partial class IssuerKeys(OidcSettings settings, IDocumentRetriever documents, TimeProvider time, ILogger<IssuerKeys> logger)
    : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    /// <summary>Shortest time between two requests to the issuer.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <summary>Age at which keys are fetched again: a key withdrawn by the issuer is rejected after that.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Age up to which known keys count while the issuer is unavailable.</summary>
    public static readonly TimeSpan Usable = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _asking = new(1);
    private Known? _known;
    private long? _asked;
    private string _reason = "";

    /// <summary>Discovery document of the issuer with its keys; with the key of this id, if there is one.</summary>
    /// <exception cref="IssuerUnreachableException">No usable keys are known.</exception>
    public async Task<OpenIdConnectConfiguration> For(string? key, CancellationToken stop)
    {
        if (Volatile.Read(ref _known) is { } known && Suffices(known, key))
        {
            return known.Published;
        }

        await _asking.WaitAsync(stop);
        try
        {
            if (_known is null || !Suffices(_known, key))
            {
                await Ask(stop);
            }
        }
        finally
        {
            _asking.Release();
        }

        return _known is { } latest && time.GetElapsedTime(latest.At) < Usable
            ? latest.Published
            : throw new IssuerUnreachableException(settings.Authority, _reason);
    }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => For(null, cancel);

    /// <summary>Does nothing: <see cref="For"/> has fetched already.</summary>
    public void RequestRefresh()
    {
    }

    public void Dispose() => _asking.Dispose();

    private bool Suffices(Known known, string? key) => time.GetElapsedTime(known.At) < Fresh
        && (key is null || known.Published.SigningKeys.Any(one => one.KeyId == key));

    private async Task Ask(CancellationToken stop)
    {
        if (_asked is { } before && time.GetElapsedTime(before) < Between)
        {
            return;
        }

        _asked = time.GetTimestamp();
        try
        {
            var published = await OpenIdConnectConfigurationRetriever.GetAsync($"{settings.Authority.TrimEnd('/')}/.well-known/openid-configuration", documents, stop);
            if (published.Issuer?.TrimEnd('/') != settings.Authority.TrimEnd('/'))
            {
                throw new IOException($"its discovery document names the issuer '{published.Issuer}'");
            }

            Volatile.Write(ref _known, new Known(published, time.GetTimestamp()));
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // The libraries wrap the exception, and their own messages fill a page.
            _reason = (e.InnerException ?? e).Message;
            LogUnreachable(settings.Authority, _reason);
        }
        catch
        {
            // A client that disconnects must not cancel the fetch of the next.
            _asked = null;
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Fetching the keys of the issuer {Authority} failed: {Reason}")]
    private partial void LogUnreachable(string authority, string reason);

    private sealed record Known(OpenIdConnectConfiguration Published, long At);
}
