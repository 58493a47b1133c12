using System.Buffers.Text;
using System.Text.Json;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>The tokens in an answer of an issuer.</summary>
internal static class TokenReply
{
    private const int LongestToken = 64 * 1024;

    /// <summary>Longest life of an access token that is believed.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);

    /// <param name="reply">Answer that gives tokens.</param>
    /// <param name="for">Issuer, client and resource of the token; and the refresh token, where the answer brings no new one.</param>
    /// <param name="now">Time before the request was sent.</param>
    public static ConfigFile.Token Read(IssuerClient.Reply reply, ConfigFile.Token @for, DateTimeOffset now)
    {
        var (access, refresh) = (Token(reply.Body, "access_token"), Token(reply.Body, "refresh_token"));
        if (access is null || !string.Equals(reply.Body.Text("token_type"), "Bearer", StringComparison.OrdinalIgnoreCase))
        {
            throw new Failure(ExitCode.Failed, $"The issuer {@for.Issuer} gave no access token of the type Bearer.");
        }

        var until = Life(reply.Body) is { } life ? now + life : End(access, now);
        return @for with
        {
            Access = access,
            Refresh = refresh ?? @for.Refresh,
            Until = until ?? throw new Failure(ExitCode.Failed, $"The issuer {@for.Issuer} gave a token without an end (expires_in)."),
        };
    }

    private static string? Token(JsonElement body, string name) =>
        body.At(name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 and <= LongestToken } token
            && token.All(one => one is > ' ' and <= '~') ? token : null;

    private static TimeSpan? Life(JsonElement body) => body.Number("expires_in") is { } seconds and > 0
        ? TimeSpan.FromSeconds(Math.Min(seconds, LongestLife.TotalSeconds)) : null;

    /// <summary>
    /// The end that the token itself names, where the issuer leaves <c>expires_in</c> out; the server checks it, not this tool.
    /// </summary>
    private static DateTimeOffset? End(string token, DateTimeOffset now)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.Number("exp") is { } exp && exp > now.ToUnixTimeSeconds()
                ? now + TimeSpan.FromSeconds(Math.Min(exp - now.ToUnixTimeSeconds(), LongestLife.TotalSeconds)) : null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }
}
