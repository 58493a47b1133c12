using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>
/// The sign-in of a person: the device flow (RFC 8628), and the tokens that it leaves in the configuration file. It is written by hand:
/// four requests, each with bounds and messages of its own, are less than a package brings along into a tool that keeps credentials.
/// </summary>
internal static class DeviceLogin
{
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
    private const int LongestCode = 4096;
    private const int LongestUserCode = 100;

    /// <summary>Life that an access token must still have: a request with it is on its way for a while.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(60);

    /// <summary>By so much <c>slow_down</c> makes the interval longer, as the RFC has it.</summary>
    private static readonly TimeSpan Slower = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    /// <summary>The kept access token of a context, refreshed when it is nearly over.</summary>
    /// <param name="terminal">Configuration file and clock.</param>
    /// <param name="context">Name of the context.</param>
    /// <param name="stop">Interrupts the wait for another process that refreshes.</param>
    /// <param name="refresh">False gives null in place of a token that is over.</param>
    /// <returns>The token; null when the context has none.</returns>
    /// <exception cref="Failure">The token is over and cannot be refreshed.</exception>
    public static async ValueTask<string?> Token(Terminal terminal, string context, CancellationToken stop, bool refresh = true)
    {
        var kept = Kept(terminal, context);
        if (kept is null || IsFresh(terminal, kept) || !refresh)
        {
            return kept is not null && kept.Until > terminal.Time.GetUtcNow() ? kept.Access : null;
        }

        // Another process may have refreshed it meanwhile.
        using var hold = await ConfigLock.Take(terminal, stop);
        kept = Kept(terminal, context);
        if (kept is null || IsFresh(terminal, kept))
        {
            return kept?.Access;
        }

        if (kept.Refresh is null)
        {
            return kept.Until > terminal.Time.GetUtcNow() ? kept.Access : throw Over(context, "The issuer gave no refresh token.");
        }

        return await Refreshed(terminal, context, kept);
    }

    /// <summary>Begins a sign-in at the issuer, shows the code on stderr, and waits for the person.</summary>
    public static async Task<ConfigFile.Token> SignIn(Terminal terminal, Issuer.Named named, IssuerClient http, CancellationToken stop)
    {
        var issuer = await Issuer.Discover(named.Issuer, http, stop);
        if (issuer.Devices is null)
        {
            throw new Failure(ExitCode.Refused, $"The issuer {issuer.Address} has no device flow. Use an API key: rollout context set NAME --key-stdin");
        }

        var begun = terminal.Time.GetTimestamp();
        var (reply, resource) = await Begin(issuer, named, http, stop);
        var device = Text(reply, "device_code", LongestCode) ?? throw Odd(issuer, "device_code");
        var code = Text(reply, "user_code", LongestUserCode) ?? throw Odd(issuer, "user_code");
        var page = Page(reply, "verification_uri") ?? throw Odd(issuer, "verification_uri");
        var life = Seconds(reply, "expires_in") ?? throw Odd(issuer, "expires_in");
        life = life < LongestLife ? life : LongestLife;
        terminal.Error.WriteLine($"Open {page} and enter the code {Plain.Line(code)}");
        if (Page(reply, "verification_uri_complete") is { } whole)
        {
            terminal.Error.WriteLine($"or open {whole}");
        }

        terminal.Error.WriteLine($"The code is valid for {Math.Max(1, (int)life.TotalMinutes)} min.");
        List<KeyValuePair<string, string>> form = [new("grant_type", DeviceGrant), new("device_code", device), new("client_id", named.Client)];
        if (resource is not null)
        {
            form.Add(new("resource", resource));
        }

        var given = new ConfigFile.Token(issuer.Address, named.Client, "", null, default, resource);
        var interval = Clamp(Seconds(reply, "interval") ?? DefaultInterval);
        while (true)
        {
            if (terminal.Time.GetElapsedTime(begun) + interval >= life)
            {
                throw Expired();
            }

            await Task.Delay(interval, terminal.Time, stop);
            var (token, next) = await Poll(terminal, issuer, form, given, http, interval, stop);
            if (token is not null)
            {
                return token;
            }

            interval = next;
        }
    }

    /// <summary>Withdraws the tokens at the issuer.</summary>
    /// <returns>The reason why they are not withdrawn; null when they are.</returns>
    public static async Task<string?> Revoke(ConfigFile.Token token, IssuerClient http, CancellationToken stop)
    {
        try
        {
            var issuer = await Issuer.Discover(token.Issuer, http, stop);
            if (issuer.Revocation is null)
            {
                return "the issuer withdraws no tokens";
            }

            // The refresh token stands for the sign-in; issuers withdraw what came from it, too.
            var reply = await http.Post(
                issuer.Revocation,
                [
                    new("token", token.Refresh ?? token.Access), new("token_type_hint", token.Refresh is null ? "access_token" : "refresh_token"),
                    new("client_id", token.Client),
                ],
                stop);
            return reply.IsSuccess ? null : reply.Reason;
        }
        catch (Exception error) when (error is Failure or HttpRequestException)
        {
            return error.Message;
        }
    }

    private static ConfigFile.Token? Kept(Terminal terminal, string context) =>
        ConfigFile.Read(terminal).Contexts.GetValueOrDefault(context)?.Token;

    private static bool IsFresh(Terminal terminal, ConfigFile.Token token) => token.Until - terminal.Time.GetUtcNow() > Margin;

    /// <summary>
    /// A new access token, kept before it is used. The request is not cut off by an interrupt: the issuer may have used the refresh token
    /// up, and its answer has the only next one.
    /// </summary>
    private static async Task<string> Refreshed(Terminal terminal, string context, ConfigFile.Token kept)
    {
        using var http = new IssuerClient();
        IssuerClient.Reply reply;
        var now = terminal.Time.GetUtcNow();
        try
        {
            var issuer = await Issuer.Discover(kept.Issuer, http, CancellationToken.None);
            List<KeyValuePair<string, string>> form =
                [new("grant_type", "refresh_token"), new("refresh_token", kept.Refresh!), new("client_id", kept.Client)];
            if (kept.Resource is not null)
            {
                form.Add(new("resource", kept.Resource));
            }

            reply = await http.Post(issuer.Tokens, form, CancellationToken.None);
        }
        catch (Exception error) when (error is HttpRequestException || (error is Failure { Code: ExitCode.Unreachable }))
        {
            return kept.Until > now ? kept.Access
                : throw new Failure(ExitCode.Unreachable, $"The token of the context {context} is over, and its issuer cannot be reached: {error.Message}");
        }

        if (!reply.IsSuccess)
        {
            throw Over(context, $"The issuer refused to renew it ({reply.Reason}).");
        }

        var next = TokenReply.Read(reply, kept, now);
        var file = ConfigFile.Read(terminal);
        if (file.Contexts.GetValueOrDefault(context) is { } known)
        {
            file.With(context, known with { Token = next }).Write(terminal);
        }

        return next.Access;
    }

    /// <summary>Asks for a code: with the name of the API, and without it where the issuer takes no such member.</summary>
    private static async Task<(IssuerClient.Reply Reply, string? Resource)> Begin(
        Issuer issuer, Issuer.Named named, IssuerClient http, CancellationToken stop)
    {
        var scopes = issuer.KeepsSignedIn ? named.Scopes.Append("offline_access").Distinct(StringComparer.Ordinal) : named.Scopes;
        List<KeyValuePair<string, string>> form = [new("client_id", named.Client), new("scope", string.Join(' ', scopes))];
        try
        {
            if (named.Resource is not null)
            {
                var reply = await http.Post(issuer.Devices!, [.. form, new("resource", named.Resource)], stop);
                if (reply.IsSuccess)
                {
                    return (reply, named.Resource);
                }

                if (reply.Error is not ("invalid_request" or "invalid_target"))
                {
                    throw Refused(reply);
                }
            }

            var plain = await http.Post(issuer.Devices!, form, stop);
            return plain.IsSuccess ? (plain, null) : throw Refused(plain);
        }
        catch (HttpRequestException error)
        {
            throw new Failure(ExitCode.Unreachable, $"The issuer {issuer.Address} cannot be reached: {error.Message}");
        }

        Failure Refused(IssuerClient.Reply reply) => new(ExitCode.NotAllowed, $"The issuer {issuer.Address} began no sign-in ({reply.Reason}).");
    }

    /// <summary>Asks once for the tokens.</summary>
    /// <returns>The tokens; or null, and the interval until the next question.</returns>
    private static async Task<(ConfigFile.Token? Token, TimeSpan Next)> Poll(
        Terminal terminal, Issuer issuer, IEnumerable<KeyValuePair<string, string>> form, ConfigFile.Token given, IssuerClient http,
        TimeSpan interval, CancellationToken stop)
    {
        IssuerClient.Reply reply;
        var now = terminal.Time.GetUtcNow();
        try
        {
            reply = await http.Post(issuer.Tokens, form, stop);
        }
        catch (HttpRequestException)
        {
            // The code is still valid: the RFC asks to try again, more slowly.
            return (null, Clamp(interval * 2));
        }

        return reply switch
        {
            { IsSuccess: true } => (TokenReply.Read(reply, given, now), interval),
            { Error: "authorization_pending" } => (null, interval),
            { Error: "slow_down" } => (null, Clamp(interval + Slower)),
            { Error: "access_denied" } => throw new Failure(ExitCode.NotAllowed, "The sign-in was denied."),
            { Error: "expired_token" } => throw Expired(),
            { Status: >= 500 } => (null, Clamp(interval * 2)),
            _ => throw new Failure(ExitCode.NotAllowed, $"The issuer {issuer.Address} gave no token ({reply.Reason})."),
        };
    }

    private static TimeSpan Clamp(TimeSpan interval) =>
        interval < ShortestInterval ? ShortestInterval : interval > LongestInterval ? LongestInterval : interval;

    private static string? Text(IssuerClient.Reply reply, string name, int longest) =>
        reply.Body.Text(name) is { Length: > 0 } text && text.Length <= longest ? text : null;

    /// <summary>A page that a person can open without danger: an address of the web, with no control characters.</summary>
    private static Uri? Page(IssuerClient.Reply reply, string name) =>
        Text(reply, name, LongestCode) is { } text && Uri.TryCreate(text, UriKind.Absolute, out var page) && IssuerClient.IsSafe(page)
            ? page : null;

    private static TimeSpan? Seconds(IssuerClient.Reply reply, string name) =>
        reply.Body.Number(name) is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, LongestLife.TotalSeconds)) : null;

    private static Failure Odd(Issuer issuer, string member) =>
        new(ExitCode.Failed, $"The issuer {issuer.Address} answered without a usable {member}.");

    private static Failure Expired() => new(ExitCode.TimedOut, "The code expired before the sign-in was confirmed. Run the command again.");

    private static Failure Over(string context, string reason) =>
        new(ExitCode.NotAllowed, $"The sign-in of the context {context} is over. {reason} Run: rollout login --context {context}");
}
