using System.Text;
using CsCheck;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class FoldedTextTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Char["aAbBäÄßıIiſsK"].Array[0, 8].Select(letters => new string(letters)), Gen.String[0, 8])
        .Select(Clean);

    [Fact]
    public void Case_does_not_count_as_the_platform_has_it() => Gen.Select(Text, Text.Where(part => part.Length > 0)).Sample((seen, part) =>
    {
        var (folded, utf8) = (new FoldedText(part), Encoding.UTF8.GetBytes(seen));
        return folded.IsAllOf(utf8) == seen.Equals(part, StringComparison.OrdinalIgnoreCase)
            && folded.IsStartOf(utf8) == seen.StartsWith(part, StringComparison.OrdinalIgnoreCase)
            && folded.IsEndOf(utf8) == seen.EndsWith(part, StringComparison.OrdinalIgnoreCase)
            && folded.IsPartOf(utf8) == seen.Contains(part, StringComparison.OrdinalIgnoreCase);
    });

    /// <summary>Texts as contexts hold them: no half of a surrogate pair.</summary>
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
