using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Words;

public sealed class WordingTests
{
    [Theory]
    [InlineData("00:00:00", "0 s")]
    [InlineData("00:00:00.0000400", "below 1 ms")]
    [InlineData("00:00:00.0120000", "12 ms")]
    [InlineData("00:00:04.2900000", "4.2 s")]
    [InlineData("00:00:45.2000000", "45 s")]
    [InlineData("00:00:59.9990000", "59 s")]
    [InlineData("00:03:40", "3 min 40 s")]
    [InlineData("00:05:00", "5 min")]
    [InlineData("03:12:59", "3 h 12 min")]
    [InlineData("1.00:00:00", "1 day")]
    [InlineData("5.04:30:00", "5 days 4 h")]
    [InlineData("17.12:00:00", "17 days")]
    [InlineData("10675199.02:48:05.4775807", "10,675,199 days")]
    [InlineData("-00:00:30", "−30 s")]
    [InlineData("-10675199.02:48:05.4775808", "−10,675,199 days")]
    public void Duration_has_two_units_and_is_never_rounded_up(string span, string text) =>
        Assert.Equal(text, Durations.Text(TimeSpan.Parse(span, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(0.69, "%", "0.69 %")]
    [InlineData(0.05, "%", "0.05 %")]
    [InlineData(0.012345, "%", "0.0123 %")]
    [InlineData(148.4, "ms", "148 ms")]
    [InlineData(13_200.0, null, "13,200")]
    [InlineData(12.34, null, "12.3")]
    [InlineData(0.0, "%", "0 %")]
    [InlineData(-4.5, null, "-4.5")]
    [InlineData(1.25e18, null, "1.25e+18")]
    [InlineData(0.00001, null, "1e-5")]
    [InlineData(double.NaN, "%", "no samples")]
    [InlineData(double.PositiveInfinity, "%", "no samples")]
    [InlineData(null, "%", "no samples")]
    public void Number_has_three_digits_that_count(double? value, string? unit, string text) =>
        Assert.Equal(text, Numbers.Value(value, unit));

    [Theory]
    [InlineData(25.0, "25 %")]
    [InlineData(12.5, "12.5 %")]
    [InlineData(0.0, "0 %")]
    [InlineData(0.001, "below 0.01 %")]
    [InlineData(99.999, "above 99.99 %")]
    [InlineData(100.0, "100 %")]
    [InlineData(250.0, "100 %")]
    [InlineData(null, "unknown")]
    [InlineData(double.NaN, "unknown")]
    public void Share_is_none_or_all_only_when_it_is(double? percent, string text) => Assert.Equal(text, Shares.Text(percent));

    [Theory]
    [InlineData("met", "✓ met", "is-met")]
    [InlineData("breached", "✕ breached", "is-breached")]
    [InlineData("warning", "! warning", "is-warning")]
    [InlineData("waiting", "… waiting", "is-waiting")]
    [InlineData("noEvidence", "? no evidence", "is-none")]
    [InlineData("Met", "? no evidence", "is-none")]
    [InlineData("of a younger build", "? no evidence", "is-none")]
    [InlineData(null, "? no evidence", "is-none")]
    public void Verdict_is_a_sign_a_word_and_a_class(string? verdict, string text, string name) =>
        Assert.Equal((text, name), (Verdicts.Of(verdict).Text, Verdicts.Of(verdict).Class));

    [Theory]
    [InlineData(0, "no events")]
    [InlineData(1, "1 event")]
    [InlineData(13_200, "13,200 events")]
    public void Counted_things_have_their_plural(long count, string text) => Assert.Equal(text, Numbers.Plural(count, "event"));

    [Theory]
    [InlineData("", "")]
    [InlineData("hold", "hold")]
    [InlineData("hold,review", "hold and review")]
    [InlineData("hold,error rate,review", "hold, error rate and review")]
    public void List_reads_as_a_sentence(string words, string text) =>
        Assert.Equal(text, Numbers.List(words.Length == 0 ? [] : words.Split(',')));

    [Fact]
    public async Task Pill_speaks_its_change_with_its_subject_only()
    {
        Assert.Equal("error rate: breached", (await Rendering.Page<VerdictPill>(("Verdict", "breached"), ("Subject", "error rate"))).Of(".pill.is-breached", "data-say"));
        Assert.Null((await Rendering.Page<VerdictPill>(("Verdict", "breached"))).Only(".pill").GetAttribute("data-say"));
        Assert.Equal("↩ rolled back", (await Rendering.Page<StatusPill>(("Status", "rolledBack"))).Only(".pill").TextContent.Trim());
    }

    [Fact]
    public async Task Big_share_has_digits_or_a_word_for_none()
    {
        Assert.Equal("25%", (await Rendering.Page<ShareText>(("Percent", 25.0), ("Big", true))).Only(".big").TextContent);
        Assert.Equal("? share unknown", (await Rendering.Page<ShareText>(("Percent", null), ("Big", true))).Only(".big").TextContent);
    }

    [Fact]
    public async Task Code_has_a_line_for_each_line_and_marks_the_wrong_ones()
    {
        var page = await Rendering.Page<CodeBlock>(("Text", "a: 1\r\n\r\nb: 120%"), ("Label", "Plan"), ("Wrong", new HashSet<int> { 3 }));

        Assert.Equal(["L1", "L2", "L3"], page.QuerySelectorAll(".l").Select(line => line.Id));
        Assert.Equal("b: 120% (line 3 has an error)", page.Only(".l.is-bad").TextContent.Trim());
    }
}
