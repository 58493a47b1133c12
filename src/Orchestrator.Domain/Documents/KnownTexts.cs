using System.Text;

namespace Orchestrator.Domain.Documents;

/// <summary>
/// Short texts of one body that were made already: names of series and attributes repeat with every sample and point, and a text for each
/// is most of what the body allocates. Holds at most <see cref="Most"/> texts of <see cref="Longest"/> characters.
/// </summary>
internal sealed class KnownTexts
{
    private const int Most = 256;
    private const int Longest = 64;

    private readonly string?[] texts = new string?[Most];

    /// <summary>The text of bytes in ASCII; null for one that is not kept here: it is longer or has other characters.</summary>
    /// <param name="ascii">The text without quotes and escapes.</param>
    public string? Of(ReadOnlySpan<byte> ascii)
    {
        if (ascii.Length > Longest)
        {
            return null;
        }

        var hash = new HashCode();
        hash.AddBytes(ascii);
        ref var known = ref texts[(uint)hash.ToHashCode() % Most];
        if (known is not null && Ascii.Equals(ascii, known))
        {
            return known;
        }

        return Ascii.IsValid(ascii) ? known = Encoding.ASCII.GetString(ascii) : null;
    }
}
