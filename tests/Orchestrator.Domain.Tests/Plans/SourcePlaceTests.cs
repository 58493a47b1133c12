using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

public sealed class SourcePlaceTests
{
    [Theory]
    [InlineData("percentage: 10%", "percentage: 120%", "120%")]
    [InlineData("when: error_rate > 1%", "when: error_rate >> 1%", "> 1%")]
    [InlineData("when: error_rate > 1%", "when: \"error_rate >> 1%\"", "> 1%")]
    [InlineData("action: rollback", "action: explode", "explode")]
    [InlineData("flag: newSearch", "flags: newSearch", "flags")]
    [InlineData("hold: 1d }", "held: 1d }", "held")]
    public void Error_stands_where_an_editor_shows_it(string found, string broken, string at)
    {
        var text = Samples.Plan("minimal.yaml").ReplaceLineEndings("\n");
        var index = text.IndexOf(found, StringComparison.Ordinal);
        Assert.True(index >= 0);
        text = string.Concat(text.AsSpan(0, index), broken, text.AsSpan(index + found.Length));
        var place = text.IndexOf(broken, StringComparison.Ordinal) + broken.LastIndexOf(at, StringComparison.Ordinal);

        var source = PlanSource.Of(text);
        var places = source.Plan().Errors.Select(source.Place);
        Assert.Contains((text[..place].Count(letter => letter == '\n') + 1, place - text.LastIndexOf('\n', place)), places);
    }

    [Fact]
    public void Broken_text_has_the_place_of_the_break()
    {
        var source = PlanSource.Of("plan: a\nflag: [b\nphases: {}\n");
        Assert.Null(source.Root);
        var error = Assert.Single(source.Errors);
        Assert.Equal((error.Line ?? 1, error.Column ?? 1), source.Place(error));
    }
}
