using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Orchestrator.Api.Http;
using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>
/// The entity tag of a bulk answer: known before anything is evaluated. It is the same for the same state of the environment, key, token of
/// the stream and context, on every node; that of a node in doubt changes with its doubt.
/// </summary>
internal static class OfrepTag
{
    /// <summary>Raise it when the format of answers changes.</summary>
    private const int Format = 2;

    private const int HashBytes = 12;

    /// <summary>Longest tag with its quotes.</summary>
    private const int Longest = 20 + 1 + (2 * HashBytes) + 2;

    /// <summary>
    /// True when the client has this answer already; in any case the tag. A tag sent by the client is returned unchanged.
    /// </summary>
    /// <param name="known">The <c>If-None-Match</c> of the request.</param>
    /// <param name="scratch">Buffer for the hashed text.</param>
    public static bool Matches(
        StringValues known, Output scratch, in BulkRequest request, ReadOnlySpan<byte> body, in TableTrust trust, out string tag)
    {
        Span<char> text = stackalloc char[Longest];
        text = text[..Write(text, scratch, request, body, trust)];
        foreach (var header in known)
        {
            if (text.SequenceEqual(header))
            {
                tag = header!;
                return true;
            }
        }

        tag = text.ToString();
        return ETags.Matches(known, text);
    }

    private static int Write(Span<char> text, Output scratch, in BulkRequest request, ReadOnlySpan<byte> body, in TableTrust trust)
    {
        scratch.Length = 0;
        scratch.Write(Format);
        scratch.Write(" "u8);
        scratch.Write(request.Table.Timeline);
        scratch.Write(" "u8);
        scratch.Write(request.Expiry);
        scratch.Write(" "u8);
        scratch.Write(request.Key.Id);
        scratch.Write("\n"u8);
        if (request.Environment is { Revision: > 0 and var revision })
        {
            scratch.Write(revision);
            scratch.Write("\n"u8);
        }

        if (!trust.IsPlain)
        {
            scratch.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{trust.Past.Ticks} {trust.IsStale} {trust.Returned.Thousandths} {string.Join(' ', (trust.Unwatched ?? []).Order(StringComparer.Ordinal))}\n"));
        }

        scratch.Write(body);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(scratch.Span, hash);
        text[0] = '"';
        request.Since.TryFormat(text[1..], out var digits, provider: CultureInfo.InvariantCulture);
        text[++digits] = '-';
        Convert.TryToHexStringLower(hash[..HashBytes], text[++digits..], out var hex);
        text[digits + hex] = '"';
        return digits + hex + 1;
    }
}
