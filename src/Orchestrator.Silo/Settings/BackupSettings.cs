using System.Globalization;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Silo.Settings;

/// <summary>Scheduled backups: <c>Orchestrator:Backup:{Folder, Every, Keep}</c>. In a cluster, set them on one silo.</summary>
/// <param name="Folder">Gets the backups, absolute; null takes none.</param>
/// <param name="Every">Real time between two, 1 m to 30 d.</param>
/// <param name="Keep">Number of backups kept, 1 to 1,000; older ones are deleted once a new one is written.</param>
internal sealed record BackupSettings(string? Folder, TimeSpan Every, int Keep)
{
    /// <summary>Setting names of the section.</summary>
    public static readonly string[] Keys = ["Backup:Folder", "Backup:Every", "Backup:Keep"];

    private const string Section = "Orchestrator:Backup";

    /// <summary>Errors of the settings, one sentence each.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration[$"{Section}:Every"] is { } every && !IsPause(every, out _))
        {
            yield return $"{Section}:Every must be a duration from 1m to 30d, but is '{every}'";
        }

        if (configuration[$"{Section}:Keep"] is { } keep && !IsNumber(keep, out _))
        {
            yield return $"{Section}:Keep must be a whole number from 1 to 1000, but is '{keep}'";
        }

        if (string.IsNullOrEmpty(configuration[$"{Section}:Folder"]) && (configuration[$"{Section}:Every"] ?? configuration[$"{Section}:Keep"]) is not null)
        {
            yield return $"{Section}:Folder is missing: {Section}:Every and {Section}:Keep do nothing without it";
        }
    }

    /// <summary>Reads them; a wrong value counts as absent.</summary>
    public static BackupSettings Read(IConfiguration configuration) => new(
        configuration[$"{Section}:Folder"] is { Length: > 0 } folder ? Path.GetFullPath(folder) : null,
        IsPause(configuration[$"{Section}:Every"], out var every) ? every : TimeSpan.FromDays(1),
        IsNumber(configuration[$"{Section}:Keep"], out var keep) ? keep : 7);

    private static bool IsPause(string? text, out TimeSpan every) =>
        Durations.TryParse(text, out every) && every >= TimeSpan.FromMinutes(1) && every <= TimeSpan.FromDays(30);

    private static bool IsNumber(string? text, out int keep) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out keep) && keep is >= 1 and <= 1000;
}
