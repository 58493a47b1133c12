using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>An issuer of tokens, as its discovery document describes it.</summary>
/// <param name="Address">Its address, as the server names it.</param>
/// <param name="Tokens">Where tokens are given and refreshed.</param>
/// <param name="Devices">Where a sign-in on another device begins; null when the issuer has no device flow.</param>
/// <param name="Revocation">Where a token is withdrawn; null when the issuer withdraws none.</param>
/// <param name="KeepsSignedIn">True when it gives refresh tokens for the scope <c>offline_access</c>.</param>
internal sealed record Issuer(string Address, Uri Tokens, Uri? Devices, Uri? Revocation, bool KeepsSignedIn)
{
    /// <summary>Metadata of a server about its issuer.</summary>
    /// <param name="Issuer">Address of the issuer.</param>
    /// <param name="Client">Name of this tool at the issuer.</param>
    /// <param name="Resource">Name of the API at the issuer; null when it is no address, as requests for tokens need.</param>
    /// <param name="Scopes">Scopes to ask for.</param>
    public sealed record Named(string Issuer, string Client, string? Resource, IReadOnlyList<string> Scopes);

    private const int LongestName = 2048;
    private const int MostScopes = 50;

    /// <summary>Asks the servers in order for their issuer.</summary>
    public static async Task<Named> Of(IReadOnlyList<Uri> servers, IssuerClient http, CancellationToken stop)
    {
        var unreached = new List<string>();
        foreach (var server in servers)
        {
            if (!IssuerClient.IsSafe(server))
            {
                throw Failure.Invalid($"{server} is not https, so its answer could name a false issuer: sign in over https, or use an API key (rollout context set).");
            }

            try
            {
                var address = new Uri(server.ToString().TrimEnd('/') + "/.well-known/oauth-protected-resource");
                var reply = await http.Get(address, stop);
                if (reply.Status < 500)
                {
                    return Read(server, reply);
                }

                unreached.Add($"{server}: status {reply.Status}");
            }
            catch (HttpRequestException error)
            {
                unreached.Add($"{server}: {error.Message}");
            }
        }

        throw new Failure(ExitCode.Unreachable, "No server answered.", unreached);
    }

    /// <summary>Reads the discovery document of the issuer.</summary>
    public static async Task<Issuer> Discover(string issuer, IssuerClient http, CancellationToken stop)
    {
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || !IssuerClient.IsSafe(address)
            || address.Query.Length + address.Fragment.Length > 0)
        {
            throw Failure.Invalid($"The issuer is \"{IssuerClient.Cut(issuer)}\"; it must be an https address (http for this machine only).");
        }

        IssuerClient.Reply reply;
        try
        {
            reply = await http.Get(new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration"), stop);
        }
        catch (HttpRequestException error)
        {
            throw new Failure(ExitCode.Unreachable, $"The issuer {issuer} cannot be reached: {error.Message}");
        }

        if (!reply.IsSuccess || reply.Body.ValueKind != JsonValueKind.Object)
        {
            throw new Failure(ExitCode.Unreachable, $"The issuer {issuer} gave no discovery document: {reply.Reason}.");
        }

        // Another name here is another issuer: its tokens would not be those that the server asks for.
        var name = reply.Body.Text("issuer") ?? "";
        return name.TrimEnd('/') != issuer.TrimEnd('/')
            ? throw new Failure(ExitCode.Failed, $"The discovery document of {issuer} names another issuer: \"{IssuerClient.Cut(name)}\".")
            : new Issuer(
                issuer, Endpoint(reply.Body, "token_endpoint") ?? throw new Failure(ExitCode.Failed, $"The issuer {issuer} names no token_endpoint."),
                Endpoint(reply.Body, "device_authorization_endpoint"), Endpoint(reply.Body, "revocation_endpoint"),
                reply.Body.Items("scopes_supported").Any(scope => scope.ValueKind == JsonValueKind.String && scope.ValueEquals("offline_access")));
    }

    private static Named Read(Uri server, IssuerClient.Reply reply)
    {
        if (!reply.IsSuccess || reply.Body.ValueKind != JsonValueKind.Object)
        {
            throw new Failure(ExitCode.Refused, $"{server} has no issuer to sign in with. Use an API key: rollout context set NAME --server {server} --key-stdin");
        }

        var issuers = reply.Body.Items("authorization_servers").ToArray();
        if (issuers is not [{ ValueKind: JsonValueKind.String }, ..]
            || issuers[0].GetString() is not { Length: > 0 and <= LongestName } issuer)
        {
            throw new Failure(ExitCode.Failed, $"{server} names no issuer (authorization_servers).");
        }

        if (reply.Body.Text("command_line_client_id") is not { Length: > 0 and <= LongestName } client)
        {
            throw new Failure(ExitCode.Refused, $"{server} lets no command line sign in: its setting Orchestrator:Auth:Oidc:CommandLineClientId is missing.");
        }

        var resource = reply.Body.Text("resource");
        var scopes = reply.Body.Items("scopes_supported").Where(scope => scope.ValueKind == JsonValueKind.String)
            .Select(scope => scope.GetString()!).Where(scope => scope.Length is > 0 and <= LongestName && !scope.Any(char.IsWhiteSpace))
            .Take(MostScopes).ToArray();
        var isAddress = resource is { Length: <= LongestName } && Uri.TryCreate(resource, UriKind.Absolute, out var uri)
            && uri.Fragment.Length == 0;
        return new Named(issuer, client, isAddress ? resource : null, scopes.Length > 0 ? scopes : ["openid"]);
    }

    private static Uri? Endpoint(JsonElement document, string name) =>
        document.Text(name) is not { Length: > 0 and <= LongestName } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && IssuerClient.IsSafe(address) ? address
        : throw new Failure(ExitCode.Failed, $"The issuer names {name} \"{IssuerClient.Cut(text)}\", which is no https address.");
}
