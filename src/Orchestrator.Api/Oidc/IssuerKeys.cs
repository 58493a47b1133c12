using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Orchestrator.Api.Oidc;

/// <summary>
/// The keys that an issuer signs with. They are asked for when a token comes that needs them: none are known, they are old, or the token names one that is not among
/// them. The issuer is asked once in <see cref="Between"/> at the most, whatever tokens come.
/// </summary>
internal sealed partial class IssuerKeys(OidcSettings settings, IDocumentRetriever documents, TimeProvider time, ILogger<IssuerKeys> logger)
    : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    /// <summary>Shortest time from one question to the issuer to the next.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <summary>Age at which keys are asked for again: a key that the issuer withdrew opens nothing after that.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Age up to which known keys count while the issuer cannot be reached.</summary>
    public static readonly TimeSpan Usable = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _asking = new(1);
    private Known? _known;
    private long? _asked;
    private string _reason = "";

    /// <summary>Discovery document of the issuer with its keys; with the key of this id if it has such a key.</summary>
    /// <exception cref="IssuerUnreachableException">Nothing is known that could count.</exception>
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

        return _known is { } latest && time.GetElapsedTime(latest.At) < Usable ? latest.Published : throw new IssuerUnreachableException(settings.Authority, _reason);
    }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => For(null, cancel);

    /// <summary>Nothing to do: <see cref="For"/> has asked already.</summary>
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
                throw new IOException($"it says that it is '{published.Issuer}'");
            }

            Volatile.Write(ref _known, new Known(published, time.GetTimestamp()));
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            // The libraries wrap what happened, and what they say themselves fills a page.
            _reason = (e.InnerException ?? e).Message;
            LogUnreachable(settings.Authority, _reason);
        }
        catch
        {
            // One client that leaves must not keep the next from asking.
            _asked = null;
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The issuer {Authority} gave no keys: {Reason}")]
    private partial void LogUnreachable(string authority, string reason);

    private sealed record Known(OpenIdConnectConfiguration Published, long At);
}
