using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;
using Orchestrator.Api.Callers;
using Orchestrator.Api.Http;
using Orchestrator.Grains.World;

namespace Orchestrator.Api.Oidc;

/// <summary>Validates bearer tokens of an issuer: ASP.NET Core's handler, configured.</summary>
internal static class Tokens
{
    public const string Scheme = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>Most time by which an issuer's clock may be ahead of this one. An expired token gets no grace.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(60);

    /// <summary>Signature algorithms that only the issuer can use. With HMAC, everyone with the key could sign.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>The scheme of tokens of an issuer.</summary>
    public static void AddTokens(this AuthenticationBuilder schemes, OidcSettings settings, TimeProvider time)
    {
        schemes.AddScheme<JwtBearerOptions, JwtBearerHandler>(Scheme, null);
        schemes.Services.AddSingleton(settings);
        schemes.Services.AddSingleton<IDocumentRetriever, IssuerDocuments>();
        schemes.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<IssuerKeys>(provider, time));
        schemes.Services.AddSingleton<IConfigureOptions<JwtBearerOptions>>(provider => new ConfigureNamedOptions<JwtBearerOptions>(
            Scheme, options => Configure(options, settings, provider.GetRequiredService<IssuerKeys>(), time)));
    }

    /// <summary>Rules of every token of the issuer.</summary>
    /// <param name="audience">Value that <c>aud</c> must have.</param>
    /// <param name="time">Clock of lifetimes.</param>
    public static TokenValidationParameters Rules(string audience, TimeProvider time) => new()
    {
        ValidAudience = audience,
        ValidAlgorithms = Algorithms,
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        LifetimeValidator = (from, until, _, _) =>
            until > time.GetUtcNow().UtcDateTime && (from is null || from <= time.GetUtcNow().UtcDateTime + Ahead),
    };

    private static void Configure(JwtBearerOptions options, OidcSettings settings, IssuerKeys keys, TimeProvider time)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.IncludeErrorDetails = false;
        options.RefreshOnIssuerKeyNotFound = false;
        options.Audience = settings.Audience;
        options.ConfigurationManager = keys;
        options.TokenValidationParameters = Rules(settings.Audience, time);
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context => Prepare(context, keys),
            OnTokenValidated = context =>
            {
                Accept(context, settings, time);
                return Task.CompletedTask;
            },
        };
    }

    /// <summary>Fetches the keys before a token is validated: an unavailable issuer is not a fault of the token.</summary>
    private static async Task Prepare(MessageReceivedContext context, IssuerKeys keys)
    {
        var services = context.HttpContext.RequestServices;
        if (!services.GetRequiredService<IWorld>().CaughtUp)
        {
            context.Fail(new RefusedException(ApiKeyHandler.CatchingUp));
            return;
        }

        try
        {
            context.Token = PresentedCredentials.Bearer(context.Request.Headers);
            await keys.For(new JsonWebToken(context.Token).Kid is { Length: > 0 } kid ? kid : null, context.HttpContext.RequestAborted);
        }
        catch (IssuerUnreachableException e)
        {
            context.Fail(new RefusedException(new ApiResult.Problem(503, "access.issuer_unreachable", e.Message, RetryAfter: (int)IssuerKeys.Between.TotalSeconds)));
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            context.Fail(e);
        }
    }

    private static void Accept(TokenValidatedContext context, OidcSettings settings, TimeProvider time)
    {
        var (caller, problem) = TokenHolder.Of(context.Principal!, settings, context.SecurityToken.ValidTo, time);
        if (caller is null)
        {
            context.Fail(new RefusedException(problem!));
            return;
        }

        // From here on only the claims set by this product count.
        context.Principal = caller.Principal(Scheme);
        context.HttpContext.Features.Set(caller);
    }

    /// <summary>Reason of a refused token, for the caller. It contains nothing of the token.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [{ } first, ..] } => Reason(first),
        SecurityTokenExpiredException or SecurityTokenInvalidLifetimeException => "it has expired, or is not valid yet.",
        SecurityTokenNotYetValidException => "it is not valid yet.",
        SecurityTokenNoExpirationException => "it has no expiry (exp).",
        SecurityTokenInvalidAudienceException => "it is for another audience (aud).",
        SecurityTokenInvalidIssuerException => "it is from another issuer (iss).",
        SecurityTokenSignatureKeyNotFoundException => "the issuer has no such signing key.",
        SecurityTokenInvalidAlgorithmException => "its algorithm (alg) is not allowed.",
        SecurityTokenInvalidSignatureException => "its signature is wrong or missing.",
        _ => "it cannot be parsed.",
    };
}
