using System.Globalization;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Requests;

/// <summary>Times in requests: RFC 3339 with an offset, so that no time zone is guessed.</summary>
internal static class Instants
{
    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        return text is not null && text.Length >= 20 && text[10] is 'T' or 't' && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out instant);
    }

    public static DateTimeOffset? Instant(this Field field)
    {
        if (field.Text(64) is not { } text)
        {
            return null;
        }

        if (TryParse(text, out var instant))
        {
            return instant;
        }

        field.Error($"must be an RFC 3339 time such as 2026-03-02T14:03:00Z, but is '{text}'");
        return null;
    }
}
