using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Grains.Integrity;

/// <summary>Settings of the background verification: <c>Orchestrator:Integrity:{Every, Rate}</c>.</summary>
/// <param name="Every">Real time between two passes over the whole log, 1 s to 1 d. The first one begins after it, for a start
/// computes every chain; after a start from a snapshot it begins at once.</param>
/// <param name="Rate">Most events a second, 100 to 1,000,000.</param>
public sealed record IntegritySettings(TimeSpan Every, int Rate)
{
    /// <summary>Setting names of the section.</summary>
    public static readonly string[] Keys = ["Integrity:Every", "Integrity:Rate"];

    private const string Section = "Orchestrator:Integrity";

    /// <summary>Errors of the settings, one sentence each.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration[$"{Section}:Every"] is { } every && !IsPause(every, out _))
        {
            yield return $"{Section}:Every must be a duration from 1s to 1d, but is '{every}'";
        }

        if (configuration[$"{Section}:Rate"] is { } rate && !IsRate(rate, out _))
        {
            yield return $"{Section}:Rate must be a whole number of events a second from 100 to 1000000, but is '{rate}'";
        }
    }

    /// <summary>Reads them; a wrong value counts as absent.</summary>
    public static IntegritySettings Read(IConfiguration configuration) => new(
        IsPause(configuration[$"{Section}:Every"], out var every) ? every : TimeSpan.FromMinutes(10),
        IsRate(configuration[$"{Section}:Rate"], out var rate) ? rate : 5000);

    private static bool IsPause(string? text, out TimeSpan every) =>
        Durations.TryParse(text, out every) && every >= TimeSpan.FromSeconds(1) && every <= TimeSpan.FromDays(1);

    private static bool IsRate(string? text, out int rate) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rate) && rate is >= 100 and <= 1_000_000;
}
