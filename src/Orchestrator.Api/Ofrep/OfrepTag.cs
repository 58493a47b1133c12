using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>The entity tag of a bulk answer: it is the same for the same table, environment and context. A node in doubt has another one each time.</summary>
internal static class OfrepTag
{
    /// <summary>Position and a hash of all else, in quotes.</summary>
    public static string Of(RoutingTable table, string environment, ReadOnlySpan<byte> body, in Standing standing)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{table.Timeline}\n{environment}\n"));
        if (!standing.IsPlain)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{standing.Past.Ticks} {standing.IsStale} {standing.Returned} {string.Join(' ', (standing.Unwatched ?? []).Order(StringComparer.Ordinal))}\n")));
        }

        sha.AppendData(body);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        sha.GetHashAndReset(hash);
        return string.Create(CultureInfo.InvariantCulture, $"\"{table.Position}-{Convert.ToHexStringLower(hash[..12])}\"");
    }

    /// <summary>Whether the client has it already: one of a list, weak or strong, or any.</summary>
    public static bool Matches(StringValues known, string tag)
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
