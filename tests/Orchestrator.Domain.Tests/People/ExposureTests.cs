using System.Collections.Immutable;
using Orchestrator.Domain.People;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Tests.Routing;

namespace Orchestrator.Domain.Tests.People;

/// <summary>User-hours on new, and people who may have seen a fault: counted numbers, or none with a reason.</summary>
public sealed class ExposureTests
{
    private const ulong Key = 0x5eed;

    private static readonly SegmentModel[] Segments =
        [Some.Segment("eu", Some.Rule("region", new AttributeTest.EqualTo(AttributeValue.Of("eu"))))];

    private readonly RoutingTable _table = Some.Table(Some.Route(100_000) with { Judged = ["eu"] }, Segments);

    private PeopleTally Tally => _table.Production().TryFind("flag", out var entry) ? entry.People! : null!;

    [Fact]
    public void User_hours_add_the_users_of_hours_and_an_hour_of_two_phases_is_the_later_ones()
    {
        Serve(100, users: 10);
        Serve(101, users: 20, european: 5);
        Serve(102, users: 30, european: 6);
        Serve(103, users: 1);

        var exposure = Of([new("beta", At(100), At(102.5)), new("full", At(102.5), null)], [], At(103.25));

        Assert.Equal(
            [("beta", 30L, 2L, 2, 0), ("full", 31L, 2L, 2, 1)],
            exposure.Phases.Select(one => (one.Phase, one.UserHours!.Value, one.Hours, one.Counted, one.Shared)));
        Assert.Equal([("eu", 5L)], exposure.Phases[0].BySegment.Select(one => (one.Segment, one.UserHours)));
        Assert.Equal([("eu", 6L)], exposure.Phases[1].BySegment.Select(one => (one.Segment, one.UserHours)));
        Assert.Equal("30 user-hours on new, counted in 2 of 2 hours.", exposure.Phases[0].Text);
        Assert.Equal(At(100), exposure.From);
    }

    [Fact]
    public void A_phase_that_begins_with_the_hour_shares_none()
    {
        Serve(100, users: 3);
        Serve(101, users: 4);
        var exposure = Of([new("beta", At(100), At(101)), new("full", At(101), null)], [], At(101.5));
        Assert.Equal([(3L, 0), (4L, 0)], exposure.Phases.Select(one => (one.UserHours!.Value, one.Shared)));
    }

    [Fact]
    public void Hours_without_a_counted_user_are_missing_and_never_nothing()
    {
        Serve(100, users: 10);
        Tally.Roll(101);
        Serve(102, users: 10);
        var exposure = Of([new("beta", At(99), At(103))], [], At(102.9));
        Assert.Equal((20L, 4L, 2), (exposure.Phases[0].UserHours!.Value, exposure.Phases[0].Hours, exposure.Phases[0].Counted));

        // A day later the hours are gone, and with them the number.
        Serve(140, users: 1);
        var later = Of([new("beta", At(99), At(103)), new("short", At(103), At(103.5)), new("full", At(103.5), null)], [], At(140.5));
        Assert.Null(later.Phases[0].UserHours);
        Assert.Equal("Not counted: counts are kept for 24 hours, and this node has none of its hours.", later.Phases[0].Text);
        Assert.Equal("Not counted: all of it lies in the first hour of the next phase, where its users count.", later.Phases[1].Text);
        Assert.Equal(1, later.Phases[2].UserHours);
    }

    [Fact]
    public void No_counted_hour_is_no_exposure()
    {
        Tally.Roll(100);
        Assert.Null(Exposures.Of(Tally, [new("beta", At(100), null)], [], At(100.5)));
    }

    [Fact]
    public void People_who_may_have_seen_a_fault_are_those_of_its_hours_each_once()
    {
        Serve(100, users: 50);
        Serve(101, users: 20, european: 5);
        Serve(102, users: 30, european: 5);
        Serve(103, users: 90);

        var fault = Fault(new(At(102.2), "error-rate-spike", At(101.9), []));
        Assert.Equal((30L, At(101), At(103)), (fault.People!.Value, fault.From!.Value, fault.To!.Value));
        Assert.Equal(
            "At most 30 people were on new between 0001-01-05 05:00 UTC and 0001-01-05 07:00 UTC; the fault lasted from 0001-01-05 05:54 UTC to 0001-01-05 06:12 UTC.",
            fault.Text);
        Assert.Equal(5, Fault(new(At(102.2), "europe", At(101.9), ["eu"])).People);
    }

    [Fact]
    public void A_fault_that_was_not_counted_has_a_reason_and_no_number()
    {
        Serve(100, users: 5);
        Tally.Roll(101);
        Serve(102, users: 5);
        Reason("Not counted: a person rolled back, and no trigger says since when the fault lasted.", new(At(102.5), null, null, []));
        Reason("Not counted: counts are kept for 24 hours since counting began on this node, and the fault is older.", new(At(100.5), "t", At(99.5), []));
        Reason("Not counted: no evaluation with a targeting key was counted in its hours.", new(At(101.5), "t", At(101.1), []));
        Reason("Not counted: users of several segments are counted for each segment alone.", new(At(102.5), "t", At(102.1), ["eu", "us"]));
        Reason("Not counted: users of segment us are not counted apart.", new(At(102.5), "t", At(102.1), ["us"]));

        void Reason(string text, FaultTime fault)
        {
            var exposed = Fault(fault);
            Assert.Equal((null, text), (exposed.People, exposed.Text));
        }
    }

    [Fact]
    public void The_count_of_a_rollback_is_that_of_its_hours_or_none()
    {
        Serve(100, users: 50);
        Serve(101, users: 20, european: 5);
        Serve(102, users: 30, european: 5);
        Assert.Equal(new SeenPeople(30, At(101), At(103)), Exposures.Seen(Tally, At(101.9), At(102.2), []));
        Assert.Equal(5, Exposures.Seen(Tally, At(102.1), At(102.2), ["eu"])!.AtMost);
        Assert.Null(Exposures.Seen(Tally, At(102.1), At(102.2), ["us"]));
        Assert.Null(Exposures.Seen(Tally, At(102.1), At(102.2), ["eu", "us"]));
        Assert.Null(Exposures.Seen(Tally, At(99.1), At(102.2), []));
        Tally.Roll(103);
        Assert.Null(Exposures.Seen(Tally, At(103.1), At(103.2), []));

        // A day later the event alone has the number.
        Tally.Roll(140);
        var kept = Exposures.Of(null, [], [new(At(102.2), "t", At(101.9), [], new SeenPeople(30, At(101), At(103)))], At(140))!;
        Assert.Equal(30, kept.Faults.Single().People);
    }

    private static DateTimeOffset At(double hour) => new((long)(hour * TimeSpan.TicksPerHour), TimeSpan.Zero);

    private Exposure Of(IReadOnlyList<PhaseTime> phases, IEnumerable<FaultTime> faults, DateTimeOffset now) =>
        Exposures.Of(Tally, phases, faults, now)!;

    private FaultExposure Fault(FaultTime fault) => Of([], [fault], At(103.5)).Faults.Single();

    /// <summary>So many users, the same ones in every hour.</summary>
    private void Serve(long hour, int users, int european = 0)
    {
        Tally.Roll(hour);
        for (var i = 0; i < users; i++)
        {
            var user = Some.User(_table, $"user-{i}").Set("region", i < european ? "eu" : "us");
            Router.Serve(_table.Production(), _table.Ask(user), user, Key);
        }
    }
}
