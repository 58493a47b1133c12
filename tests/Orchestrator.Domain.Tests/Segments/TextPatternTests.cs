using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Tests.Segments;

public sealed class TextPatternTests
{
    [Theory]
    [InlineData("", "must have 1 to 256 characters")]
    [InlineData("(a", "is not a regular expression")]
    [InlineData("[a", "is not a regular expression")]
    [InlineData("(a)\\1", "more than linear time")]
    [InlineData("(?=a)", "may group by ( ) and (?: ) only")]
    [InlineData("(?<!a)b", "may group by ( ) and (?: ) only")]
    [InlineData("(?x)(aaaa) {90}", "may group by ( ) and (?: ) only")]
    [InlineData("(?:a)(?i)b", "may group by ( ) and (?: ) only")]
    [InlineData("a{201}", "has 201 characters")]
    [InlineData("(a{20}){20}", "has 400 characters")]
    [InlineData("((ab|c){10}){7}", "has 210 characters")]
    [InlineData("[^]a]{1,300}", "has 300 characters")]
    [InlineData(@"\p{Lu}{0,201}", "has 201 characters")]
    [InlineData("(((((a{99}){99}){99}){99}){99}){99}", "characters and classes")]
    public void Pattern_that_may_cost_too_much_is_refused(string text, string words) =>
        Assert.Contains(words, TextPattern.TryRead(text, false, out _)!, StringComparison.Ordinal);

    [Theory]
    [InlineData(@"^[a-z0-9.]{1,63}@example\.(com|org)$", "a.b@example.org", true)]
    [InlineData(@"^\d{4}-\d{2}$", "2026-03", true)]
    [InlineData("(?:ab|cd)+$", "xabcd", true)]
    [InlineData("a{,3}", "a{,3}", true)]
    [InlineData("a.b", "a\nb", false)]
    [InlineData("x", "abc", false)]
    public void Pattern_is_found_anywhere_unless_it_is_anchored(string text, string input, bool found)
    {
        Assert.Null(TextPattern.TryRead(text, false, out var pattern));

        Assert.Equal(found, pattern.IsIn(System.Text.Encoding.UTF8.GetBytes(input)));
    }
}
