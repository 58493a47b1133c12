using System.Text.Json;
using Orchestrator.Dashboard.Pages.History;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.History;

public sealed class HistoryTextsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 13, 3, 0, TimeSpan.Zero);
    private static readonly Viewer Utc = Viewer.Read(null, null, null, Now);
    private static readonly Viewer Berlin = Viewer.Read("Europe/Berlin", null, null, Now);

    [Fact]
    public void Local_time_is_that_of_the_viewers_zone()
    {
        Assert.True(Moments.TryRead("2026-11-24T14:03", Berlin, out var moment));
        Assert.Equal(Now, moment);
        Assert.Equal("2026-11-24T13:03:00Z", Moments.Exact("2026-11-24 14:03:00", Berlin));
        Assert.Equal("2026-11-24T14:03:00", Moments.Field("2026-11-24T13:03:00Z", Berlin));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("0001-01-01T00:00")]
    [InlineData("9999-12-31T23:59")]
    [InlineData("2026-13-01T00:00")]
    [InlineData("99999999999999999999")]
    public void Text_that_is_no_moment_stays_as_it_is(string? text)
    {
        Assert.False(Moments.TryRead(text, Berlin, out _));
        Assert.Equal(text, Moments.Exact(text, Berlin));
    }

    [Fact]
    public void Address_keeps_the_whole_state_and_escapes_it()
    {
        var query = new HistoryQuery { Rollout = "a b", Version = "4", Kind = ["moves", "system"], Text = "x&y", Moved = true };
        Assert.Equal("/rollouts/a%20b/history?version=4&kind=moves&kind=system&text=x%26y&moved=true", query.Page);
        Assert.Equal("/api/v1/rollouts/a%20b/history?kind=moves%2Csystem&text=x%26y&moved=true", query.Api);
        Assert.Equal("/rollouts/a%20b/history?version=7&kind=moves&kind=system&text=x%26y&moved=true", query.Moment(7));
        Assert.Equal("/rollouts/a%20b/history?version=4", query.Unfiltered);
        Assert.Equal("/api/v1/rollouts/a%20b/history?format=csv", query.Download("csv", filtered: false));
    }

    [Fact]
    public void Usual_kinds_are_those_that_a_reader_at_night_needs()
    {
        var query = new HistoryQuery { Rollout = "a" };
        Assert.Equal(["moves", "people", "incident"], query.Shown);
        Assert.False(query.Filtered);
        Assert.Equal("/api/v1/rollouts/a/history", (query with { Kind = ["all"] }).Api);
    }

    [Fact]
    public void Groups_follow_incident_and_visit()
    {
        var visit = new VisitData("gradual", "ten", 7, 2);
        HistoryEvent[] events = [Event(9, visit, "i-1"), Event(8, visit, "i-1"), Event(7, visit, null), Event(6, null, null)];
        Assert.Equal(["Incident i-1", "Phase gradual, step ten, visit 2", "Before the start"], HistoryTexts.Groups(events).Select(group => group.Title));
        Assert.Equal([2, 1, 1], HistoryTexts.Groups(events).Select(group => group.Events.Count));
    }

    [Fact]
    public void Broken_chain_names_the_version() => Assert.Equal(
        "Broken at version 57: the hash does not follow.", HistoryTexts.Verified(new VerifiedData(93, false, 57, "the hash does not follow.")));

    [Fact]
    public void Long_data_is_a_link_and_no_text()
    {
        Assert.Null(HistoryTexts.Json(new RawEvent { Data = JsonSerializer.SerializeToElement(new string('x', HistoryTexts.MostData)) }));
        Assert.Equal("{\n  \"a\": \"<é>\"\n}", HistoryTexts.Json(new RawEvent { Data = JsonDocument.Parse("""{"a":"<é>"}""").RootElement })!.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Slider_says_version_time_and_sentence() => Assert.Equal(
        "version 41 of 93, 13:03:00, Up from 10% to 25%.", HistoryTexts.Stop(41, 93, Now, "Up from 10% to 25%.", Utc));

    [Fact]
    public void History_without_a_readable_event_says_so() =>
        Assert.Equal("No event of this rollout can be read by this build.", HistoryTexts.Lead(new HistoryData { Version = 3 }, Utc));

    private static HistoryEvent Event(long version, VisitData? visit, string? incident) =>
        new() { Event = new RawEvent { Version = version }, Visit = visit, Incident = incident };
}
