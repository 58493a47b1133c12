using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Api.Ofrep;

/// <summary>What OFREP was told: <c>Orchestrator:Ofrep:{RateLimit, Streams}</c>.</summary>
/// <param name="RateLimit">Evaluations a second for each key on this node, with bursts of as many; null sets no limit.</param>
/// <param name="Streams">Event streams at once on this node.</param>
public sealed record OfrepSettings(int? RateLimit, int Streams)
{
    /// <summary>The keys of the section.</summary>
    public static readonly string[] Keys = [RateLimitKey, StreamsKey];

    private const string RateLimitKey = "Ofrep:RateLimit";
    private const string StreamsKey = "Ofrep:Streams";
    private const int UsualStreams = 10_000;

    /// <summary>What is wrong with them.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration) => Keys
        .Where(key => configuration[$"Orchestrator:{key}"] is { } value && Number(value) is null)
        .Select(key => $"Orchestrator:{key} must be a whole number from 1 to 1000000, but is '{configuration[$"Orchestrator:{key}"]}'");

    /// <summary>Reads them.</summary>
    public static OfrepSettings Read(IConfiguration configuration) => new(
        Number(configuration[$"Orchestrator:{RateLimitKey}"]), Number(configuration[$"Orchestrator:{StreamsKey}"]) ?? UsualStreams);

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 1_000_000 ? number : null;
}
