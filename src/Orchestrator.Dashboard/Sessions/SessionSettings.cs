using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Settings of sessions: <c>Orchestrator:Dashboard:{Session, SessionSecret}</c>.</summary>
/// <param name="Length">Time after which an unused session ends, 5 m to 7 d.</param>
/// <param name="Secret">Text of 32 to 256 characters that the keys of the sessions need beside the store; null for the store alone. Every
/// node has the same.</param>
public sealed record SessionSettings(TimeSpan Length, string? Secret)
{
    /// <summary>Setting names of the section.</summary>
    public static readonly string[] Keys = ["Dashboard:Session", "Dashboard:SessionSecret"];

    private const string Section = "Orchestrator:Dashboard";
    private const int ShortestSecret = 32;
    private const int LongestSecret = 256;

    /// <summary>Errors of the settings, one sentence each. None of them shows the secret.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration[$"{Section}:Session"] is { } length && !IsLength(length, out _))
        {
            yield return $"{Section}:Session must be a duration from 5m to 7d, but is '{length}'";
        }

        if (configuration[$"{Section}:SessionSecret"] is { } secret && secret.Length is < ShortestSecret or > LongestSecret)
        {
            yield return $"{Section}:SessionSecret must have {ShortestSecret} to {LongestSecret} characters, but has {secret.Length}. Make one with: openssl rand -hex 32";
        }
    }

    /// <summary>Reads them; a wrong value counts as absent.</summary>
    public static SessionSettings Read(IConfiguration configuration) => new(
        IsLength(configuration[$"{Section}:Session"], out var length) ? length : TimeSpan.FromHours(12),
        configuration[$"{Section}:SessionSecret"]);

    private static bool IsLength(string? text, out TimeSpan length) =>
        Durations.TryParse(text, out length) && length >= TimeSpan.FromMinutes(5) && length <= TimeSpan.FromDays(7);
}
