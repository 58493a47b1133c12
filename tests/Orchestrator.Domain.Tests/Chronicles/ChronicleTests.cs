using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Tests.Chronicles;

public sealed class ChronicleTests
{
    private const string RolledBack = "1.0-chat-rolled-back.ndjson";

    public static TheoryData<string> Files => Recorded.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_event_has_an_entry_and_the_end_is_that_of_the_fold(string file)
    {
        var events = Recorded.Read(file);
        var chronicle = Chronicle.Of(events);
        Assert.Null(chronicle.Unread);
        Assert.Equal(events.Select(one => one.Version), chronicle.Entries.Select(entry => entry.Recorded.Version));
        var state = events.Select(RolloutEvents.Catalog.Replay).Aggregate(RolloutState.Initial, RolloutEvolution.Evolve);
        Assert.Equal((state.Version, state.Status), (chronicle.State.Version, chronicle.State.Status));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_text_is_a_sentence(string file) => Assert.All(Chronicle.Of(Recorded.Read(file)).Entries, entry =>
        Assert.Matches("^[A-Z].*[.!?]$", entry.Text));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_share_of_the_strip_is_the_share_in_force_from_then_on(string file)
    {
        var events = Recorded.Read(file);
        var shares = Chronicle.Of(events).Shares;
        var state = RolloutState.Initial;
        foreach (var happened in events.Select(RolloutEvents.Catalog.Replay))
        {
            state = RolloutEvolution.Evolve(state, happened);
            Assert.Equal(state.Serving ? state.Percentage.Percent : 0, shares.Last(point => point.Version <= happened.Version).Percentage);
        }
    }

    [Fact]
    public void A_rollback_and_its_trigger_belong_to_the_incident_that_they_open()
    {
        var chronicle = Chronicle.Of(Recorded.Read(RolledBack));
        var opened = chronicle.Entries.Single(entry => entry.Recorded.Type == "rollout.incident_opened");
        Assert.NotNull(opened.Incident);
        var back = chronicle.Entries.Single(entry => entry.Recorded.Type == "rollout.rolled_back");
        Assert.Equal((opened.Incident, true, EntryKind.Moves), (back.Incident, back.Moves, back.Kind));
        Assert.Equal(back.Recorded.Version, chronicle.LastRollback);
        Assert.Equal(back.Recorded.Version, chronicle.LastMove!.Recorded.Version);
        Assert.Equal([CourseMarkKind.Rollback, CourseMarkKind.Incident], chronicle.Marks.Select(mark => mark.Kind));
    }

    [Fact]
    public void Before_the_alarm_is_before_the_condition_of_its_trigger_became_true()
    {
        var chronicle = Chronicle.Of(Recorded.Read(RolledBack));
        var fired = chronicle.Entries.Last(entry => entry.Recorded.Type == "rollout.trigger_fired");
        var breached = chronicle.Entries.Last(entry => entry.Recorded.Type == "rollout.trigger_breached" && entry.Recorded.Version < fired.Recorded.Version);
        Assert.Equal(breached.Recorded.Version - 1, chronicle.BeforeAlarm);
    }

    [Fact]
    public void A_phase_belongs_to_the_visit_of_its_first_step()
    {
        foreach (var entry in Chronicle.Of(Recorded.Read(RolledBack)).Entries.Where(entry => entry.Recorded.Type == "rollout.phase_started"))
        {
            Assert.Contains($"\"{entry.Visit!.Phase}\"", System.Text.Encoding.UTF8.GetString(entry.Recorded.Data.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_a_change_of_the_answers_moves()
    {
        var chronicle = Chronicle.Of(Recorded.Read(RolledBack));
        Assert.All(
            chronicle.Entries.Where(entry => entry.Kind is EntryKind.Verdicts or EntryKind.People), entry => Assert.False(entry.Moves));
        Assert.All(chronicle.Entries.Where(entry => entry.Recorded.Type == "rollout.percentage_raised"), entry => Assert.True(entry.Moves));
    }

    [Fact]
    public void It_ends_before_an_event_of_a_newer_build()
    {
        var events = Recorded.Read(RolledBack);
        events[20] = events[20] with { Type = "rollout.from_the_future" };
        var chronicle = Chronicle.Of(events);
        Assert.Equal(20, chronicle.Entries.Count);
        Assert.Equal(21, chronicle.Unread!.Version);
        Assert.Contains("rollout.from_the_future", chronicle.Unread.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_an_empty_stream_is_an_empty_chronicle()
    {
        var chronicle = Chronicle.Of([]);
        Assert.Empty(chronicle.Entries);
        Assert.Null(chronicle.LastMove);
    }
}
