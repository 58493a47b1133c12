using System.Globalization;
using Microsoft.Extensions.Configuration;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Grains.Metrics.Signals;

/// <summary>Settings of kept signals: <c>Orchestrator:Signals:{KeepFor, MostMegabytes}</c>.</summary>
/// <param name="KeepFor">Orchestrator time for which signals are kept, 1 d to 3,650 d.</param>
/// <param name="MostMegabytes">Most megabytes (of 1,048,576 bytes) of one rollout, 1 to 102,400. Its oldest signals go first.</param>
public sealed record SignalSettings(TimeSpan KeepFor, int MostMegabytes)
{
    /// <summary>Setting names of the section.</summary>
    public static readonly string[] Keys = ["Signals:KeepFor", "Signals:MostMegabytes"];

    private const string Section = "Orchestrator:Signals";

    /// <summary>Most bytes of one rollout.</summary>
    public long MostBytes => (long)MostMegabytes << 20;

    /// <summary>Errors of the settings, one sentence each.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        if (configuration[$"{Section}:KeepFor"] is { } time && !IsTime(time, out _))
        {
            yield return $"{Section}:KeepFor must be a duration from 1d to 3650d, but is '{time}'";
        }

        if (configuration[$"{Section}:MostMegabytes"] is { } size && !IsSize(size, out _))
        {
            yield return $"{Section}:MostMegabytes must be a whole number from 1 to 102400, but is '{size}'";
        }
    }

    /// <summary>Reads them; a wrong value counts as absent.</summary>
    public static SignalSettings Read(IConfiguration configuration) => new(
        IsTime(configuration[$"{Section}:KeepFor"], out var time) ? time : TimeSpan.FromDays(730),
        IsSize(configuration[$"{Section}:MostMegabytes"], out var size) ? size : 512);

    private static bool IsTime(string? text, out TimeSpan time) =>
        Durations.TryParse(text, out time) && time >= TimeSpan.FromDays(1) && time <= TimeSpan.FromDays(3650);

    private static bool IsSize(string? text, out int size) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= 102_400;
}
