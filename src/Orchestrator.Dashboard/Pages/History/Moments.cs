using System.Globalization;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Pages.History;

/// <summary>
/// Moments in fields and addresses. A field writes local time; an address has exact time, which is the same for every reader.
/// </summary>
public static class Moments
{
    private static readonly string[] LocalForms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFF", "yyyy-MM-dd"];

    /// <summary>Reads a moment: RFC 3339 with an offset, or local time of the viewer's zone.</summary>
    public static bool TryRead(string? text, Viewer viewer, out DateTimeOffset moment)
    {
        moment = default;
        var trimmed = text?.Trim().Replace(' ', 'T') ?? "";
        if (DateTime.TryParseExact(trimmed, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            // At both ends of the calendar an offset would leave it.
            if (local.Year is < 2 or > 9998)
            {
                return false;
            }

            moment = new DateTimeOffset(local, viewer.Zone.GetUtcOffset(local)).ToUniversalTime();
            return true;
        }

        return trimmed.Length >= 20 && (trimmed[^1] is 'Z' or 'z' || trimmed[^6] is '+' or '-')
            && DateTimeOffset.TryParse(trimmed, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out moment);
    }

    /// <summary>The moment for an address, in UTC; the text itself when it cannot be read.</summary>
    public static string? Exact(string? text, Viewer viewer) => TryRead(text, viewer, out var moment) ? Machine(moment) : text;

    /// <summary>A moment for an address: <c>2026-11-24T13:03:00Z</c>.</summary>
    public static string Machine(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The value of a field for local time; the text itself when it is no moment.</summary>
    public static string? Field(string? text, Viewer viewer) =>
        TryRead(text, viewer, out var moment) ? Field(moment, viewer) : text;

    /// <summary>The value of a field for local time.</summary>
    public static string Field(DateTimeOffset moment, Viewer viewer) =>
        viewer.Local(moment).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
