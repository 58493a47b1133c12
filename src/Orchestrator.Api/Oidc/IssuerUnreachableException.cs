namespace Orchestrator.Api.Oidc;

/// <summary>An issuer cannot be asked for its keys, so no token of it can be checked.</summary>
internal sealed class IssuerUnreachableException(string authority, string reason) : Exception($"The issuer {authority} cannot be asked for its keys: {reason}");
