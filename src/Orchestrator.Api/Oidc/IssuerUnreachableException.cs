namespace Orchestrator.Api.Oidc;

/// <summary>The keys of an issuer cannot be fetched, so no token of it can be validated.</summary>
internal sealed class IssuerUnreachableException(string authority, string reason)
    : Exception($"The keys of the issuer {authority} cannot be fetched: {reason}");
