using System.Globalization;

namespace Orchestrator.Dashboard.Words;

/// <summary>
/// The person at the screen: time zone, colours, keys. Every page has it as a cascading value, so all parts obey one choice.
/// </summary>
/// <param name="Zone">Zone of every time on the page.</param>
/// <param name="Theme">Chosen colours.</param>
/// <param name="Now">Time of the orchestrator when the page is made, UTC; for a page of the past, the moment that it shows.</param>
/// <param name="Keys">False when the person switched the single-key shortcuts off.</param>
public sealed record Viewer(TimeZoneInfo Zone, Theme Theme, DateTimeOffset Now, bool Keys = true)
{
    /// <summary>Cookie with the zone, <c>Europe/Berlin</c>. The script sets it once; the form of the frame changes it.</summary>
    public const string ZoneCookie = "orchestrator-zone";

    /// <summary>Cookie with the colours: <c>light</c> or <c>dark</c>; without it the system's.</summary>
    public const string ThemeCookie = "orchestrator-theme";

    /// <summary>Cookie with <c>off</c> when single-key shortcuts are switched off.</summary>
    public const string KeysCookie = "orchestrator-keys";

    /// <summary>Longest name of a zone that is looked up; the longest known one has 32 characters.</summary>
    private const int LongestZone = 64;

    /// <summary>Words and numbers of every page are written in this culture: English, and the same on each node.</summary>
    public static CultureInfo Culture => CultureInfo.InvariantCulture;

    /// <summary>
    /// The viewer of these cookies. An unknown zone or colour is the default: a cookie is outside input, and no page fails for it.
    /// </summary>
    public static Viewer Read(string? zone, string? theme, string? keys, DateTimeOffset now) =>
        new(FindZone(zone) ?? TimeZoneInfo.Utc, ReadTheme(theme), now, keys != "off");

    /// <summary>The zone of this IANA name; null when there is none.</summary>
    public static TimeZoneInfo? FindZone(string? name) =>
        name is { Length: > 0 and <= LongestZone } && IsZoneName(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : null;

    /// <summary>Name of the zone for the header, <c>Europe/Berlin</c>.</summary>
    public string ZoneName => Zone.Id;

    /// <summary>Class of the root element; null when the system decides.</summary>
    public string? ThemeClass => Theme switch { Theme.Light => "theme-light", Theme.Dark => "theme-dark", _ => null };

    /// <summary>The time in the viewer's zone. A time at the very end of the calendar stays in UTC.</summary>
    public DateTimeOffset Local(DateTimeOffset at) =>
        at.UtcTicks < TimeSpan.TicksPerDay || at.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - TimeSpan.TicksPerDay
            ? at.ToUniversalTime()
            : TimeZoneInfo.ConvertTime(at, Zone);

    private static Theme ReadTheme(string? theme) => theme switch { "light" => Theme.Light, "dark" => Theme.Dark, _ => Theme.System };

    /// <summary>A zone is read from a file of its name: only letters of such names pass, and never a way out of the folder.</summary>
    private static bool IsZoneName(string name) =>
        char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '+' or '-');
}

/// <summary>Colours of the pages.</summary>
public enum Theme
{
    /// <summary>As the system says.</summary>
    System,

    /// <summary>Dark on light.</summary>
    Light,

    /// <summary>Light on dark.</summary>
    Dark,
}
