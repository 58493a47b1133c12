using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.Api.Connections;

namespace Orchestrator.Api.Ofrep;

/// <summary>Settings of OFREP: <c>Orchestrator:Ofrep:{RateLimit, Streams, Origins}</c>.</summary>
/// <param name="RateLimit">Evaluations a second for each key on this node, with bursts of the same number; null sets no limit.</param>
/// <param name="Streams">Most event streams of this node.</param>
/// <param name="Origins">Origins whose pages may call, or <c>*</c>; none by default.</param>
public sealed record OfrepSettings(int? RateLimit, int Streams, string[] Origins)
{
    /// <summary>Setting names of the section.</summary>
    public static readonly string[] Keys = [RateLimitKey, StreamsKey, OriginsKey];

    private const string RateLimitKey = "Ofrep:RateLimit";
    private const string StreamsKey = ConnectionLimits.StreamsKey;
    private const string OriginsKey = "Ofrep:Origins";
    private const int UsualStreams = 10_000;

    /// <summary>Errors of the settings, one sentence each.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        foreach (var key in (string[])[RateLimitKey, StreamsKey])
        {
            if (configuration[$"Orchestrator:{key}"] is { } value && Number(value) is null)
            {
                yield return $"Orchestrator:{key} must be a whole number from 1 to 1000000, but is '{value}'";
            }
        }

        foreach (var origin in List(configuration).Where(origin => origin != "*" && !IsOrigin(origin)))
        {
            yield return $"Orchestrator:{OriginsKey} must be * or origins such as https://shop.example, with spaces between them, but has '{origin}'";
        }
    }

    /// <summary>Reads them.</summary>
    public static OfrepSettings Read(IConfiguration configuration) => new(
        Number(configuration[$"Orchestrator:{RateLimitKey}"]), Number(configuration[$"Orchestrator:{StreamsKey}"]) ?? UsualStreams, List(configuration));

    private static string[] List(IConfiguration configuration) =>
        (configuration[$"Orchestrator:{OriginsKey}"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https" && string.Equals(address.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000_000
            ? number
            : null;
}
