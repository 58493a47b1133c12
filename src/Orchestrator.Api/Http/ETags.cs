using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Orchestrator.Api.Http;

/// <summary>Versions as entity tags: the version in quotes.</summary>
internal static class ETags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The version in <c>If-Match</c>; null for none or <c>*</c>. False when the header holds no version of this API.</summary>
    public static bool TryRead(IHeaderDictionary headers, out long? version)
    {
        version = null;
        var text = headers.IfMatch.ToString().AsSpan().Trim();
        if (text.IsEmpty || text is "*")
        {
            return true;
        }

        if (text is not ['"', .. var inner, '"'] || !long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        version = number;
        return true;
    }

    /// <summary>True when the client has it already: one of a list, weak or strong, or any.</summary>
    public static bool Matches(StringValues known, ReadOnlySpan<char> tag)
    {
        foreach (var header in known)
        {
            foreach (var part in header.AsSpan().Split(','))
            {
                var candidate = header.AsSpan(part).Trim();
                candidate = candidate.StartsWith("W/", StringComparison.Ordinal) ? candidate[2..] : candidate;
                if (candidate.SequenceEqual(tag) || candidate is "*")
                {
                    return true;
                }
            }
        }

        return false;
    }
}
