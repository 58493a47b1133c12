using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Orchestrator.Api.InProcess;

/// <summary>Authenticates an inner request as the caller of the request that sent it.</summary>
internal sealed class ActingCallerHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    public const string SchemeName = "InProcess";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Features.Get<ActingCaller>() is not { Caller: var caller })
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        Context.Features.Set(caller);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(caller.Principal(SchemeName), SchemeName)));
    }
}
