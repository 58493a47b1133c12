using CsCheck;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Each part of each gate is a row, open or shut, with the sentence of the wait.</summary>
public sealed class GateRowTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Rows_that_are_shut_are_the_waits_and_no_step_ends_before_their_time()
    {
        var rollout = Some.Started();
        var (entry, least) = (0L, DateTimeOffset.MinValue);
        for (var i = 0; i < 400 && rollout.State.Unfinished; i++)
        {
            var rows = GateRows.Of(rollout.State, rollout.Now);
            var waits = Waiting.For(rollout.State, rollout.Now);
            Assert.Equal(waits.Select(one => one.Text).Order(), rows.Where(row => row.IsShut).Select(row => row.Text).Order());
            Assert.Equal(
                Gates.Shut(rollout.State, rollout.Now).Order(), rows.Where(row => row.IsShut).Select(row => row.Gate).Distinct().Order());
            Assert.All(rows, row => Assert.Equal(row.IsShut, row.Progress is not 1));
            Assert.Equal(rows.Select(row => (row.Kind, row.Name)).Distinct().Count(), rows.Length);
            Assert.Contains(rows, row => row.Kind == GateKind.Hold);
            Assert.Contains(rows, row => row.Kind == GateKind.Line);
            if (rollout.State.Entry != entry)
            {
                Assert.True(rollout.Events.Last(one => one.Event is StepStarted).At >= least, $"step {rollout.State.Step!.Name}");
                entry = rollout.State.Entry;
            }

            least = GateRows.AtLeast(rollout.State, rows) ?? DateTimeOffset.MinValue;
            rollout = i % 3 == 0 ? rollout.AgreeToEverything() : rollout.DriveWell(5 * Minute);
        }

        Assert.Equal(RolloutStatus.Completed, rollout.State.Status);
        Assert.Empty(GateRows.Of(rollout.State, rollout.Now));
    }

    [Fact]
    public void Every_version_has_a_view_also_between_the_events_of_a_start()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new Pause("lunch"), Some.Engineer);
        rollout.Command(new Resume("fed"), Some.Engineer);
        rollout.Command(new Rollback("bad", ["eu"]), Some.Engineer);
        rollout.Command(new Rollback("bad"), Some.Engineer);
        rollout.Command(new Restore("fixed"), Some.Engineer);
        rollout.Command(new Abort("enough"), Some.Engineer);
        var state = RolloutState.Initial;
        foreach (var happened in rollout.Events)
        {
            state = RolloutEvolution.Evolve(state, happened);
            var rows = GateRows.Of(state, happened.At);
            Assert.Equal(Waiting.For(state, happened.At).Length, rows.Count(row => row.IsShut));
            Assert.NotEqual("", Summary.Of(state));
            Assert.NotEqual("", NextMove.Of(state, rows, happened.At)?.Text);
            Assert.NotEqual("", DeadMan.Of(state, Minute).Text);
            Assert.DoesNotContain("", TriggerReach.Of(state, null, happened.At).Select(one => one.Text));
            Assert.DoesNotContain("", Attention.Of(state, happened.At).Select(one => one.Text));
        }
    }

    [Fact]
    public void A_step_shows_each_criterion_the_hold_the_objective_and_the_line()
    {
        var rollout = Some.Started().DriveTo("cohort");
        rollout.DriveWell(15 * Minute);
        var rows = GateRows.Of(rollout.State, rollout.Now);
        Assert.Equal(
            ["Hold cohort … waiting", "Criterion error_rate < 0.1% over 30m ? no evidence", "Objective feedback … waiting", "Line production ✓ met"],
            rows.Where(row => !row.Name.StartsWith("exercised", StringComparison.Ordinal)).Select(row => $"{row.Kind} {row.Name} {row.Verdict.Word()}"));
        var hold = rows.Single(row => row.Kind == GateKind.Hold);
        Assert.Equal(rollout.State.StepSince + 60 * Minute, hold.Earliest);
        Assert.InRange(hold.Progress!.Value, 0.2, 0.4);

        rollout.DriveWell(60 * Minute);
        rows = GateRows.Of(rollout.State, rollout.Now);
        Assert.Equal(GateVerdict.Met, rows.Single(row => row.Kind == GateKind.Hold).Verdict);
        Assert.Equal(GateVerdict.Met, rows.Single(row => row.Name.StartsWith("error_rate", StringComparison.Ordinal)).Verdict);
        Assert.Null(GateRows.Earliest(rollout.State, rows));
    }

    [Fact]
    public void A_go_or_no_go_that_is_not_opened_can_be_at_the_end_of_the_hold()
    {
        var rollout = Of("review: { roles: [product] }", "");
        rollout.DriveWell(20 * Minute);
        var review = GateRows.Of(rollout.State, rollout.Now).Single(row => row.Kind == GateKind.Review);
        Assert.Equal(("go or no-go", rollout.State.StepSince + 60 * Minute), (review.Name, review.Earliest));

        rollout.DriveWell(45 * Minute);
        review = GateRows.Of(rollout.State, rollout.Now).Single(row => row.Kind == GateKind.Review);
        Assert.Equal(("r1", 0.0, null), (review.Name, review.Progress, review.Earliest));
        Assert.StartsWith("Review r1 (go or no-go) has 0 of 1 approvals", review.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_move_waits_for_the_calendar_too()
    {
        // The hold ends on Monday at 10:00; the next window opens at 14:00.
        var rollout = Of("hold: 1h", """calendar: { timeZone: UTC, changeWindows: [ { days: [mon-fri], from: "14:00", to: "15:00" } ] }""");
        rollout.DriveWell(20 * Minute);
        var rows = GateRows.Of(rollout.State, rollout.Now);
        Assert.Equal(Some.Start + TimeSpan.FromHours(5), GateRows.AtLeast(rollout.State, rows));
        var move = NextMove.Of(rollout.State, rows, rollout.Now)!;
        Assert.Equal(
            ("To 100% of users when the hold (40m) and the change window allow it.", 100m, Some.Start + TimeSpan.FromHours(5)),
            (move.Text, move.Percentage, move.At));
    }

    [Fact]
    public void The_next_move_of_every_status_is_said()
    {
        var rollout = Some.Created();
        Assert.Equal("To 0% of users when a person starts it.", Move(rollout)!.Text);
        rollout = Some.Started().DriveTo("s10");
        Assert.StartsWith("To 25% of users and beta, eu when ", Move(rollout)!.Text, StringComparison.Ordinal);
        rollout.Command(new Pause("lunch"), Some.Engineer);
        Assert.StartsWith("To 25% of users and beta, eu when a person who resumes it, the hold (", Move(rollout)!.Text, StringComparison.Ordinal);
        rollout.Command(new Rollback("bad"), Some.Engineer);
        Assert.Equal(("Stays on legacy until a person restores or aborts it.", null), (Move(rollout)!.Text, Move(rollout)!.Percentage));
        rollout.Command(new Abort("enough"), Some.Engineer);
        Assert.Null(Move(rollout));

        static NextMove? Move(Simulator rollout) =>
            NextMove.Of(rollout.State, GateRows.Of(rollout.State, rollout.Now), rollout.Now);
    }

    [Fact]
    public void A_calendar_closes_at_the_first_moment_at_which_it_is_not_open() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 6].Array[1, 3], Gen.Int[0, 95], Gen.Int[0, 95]).Array[0, 2], Gen.Int[0, 7 * 96], Gen.Int[-300, 900],
            Gen.Int[1, 200], Gen.OneOfConst("UTC", "Europe/Berlin", "America/New_York"))
        .Sample(
            (windows, start, freeze, length, zone) =>
            {
                // The week in which clocks of Berlin change; every edge is a quarter of an hour.
                var begins = new DateTimeOffset(2026, 3, 26, 0, 0, 0, TimeSpan.Zero);
                var calendar = new Calendar(
                    zone,
                    [
                        .. from one in windows
                           where one.Item2 != one.Item3
                           select new ChangeWindow([.. one.Item1.Select(day => (DayOfWeek)day)], Edge(one.Item2), Edge(one.Item3)),
                    ],
                    [new Freeze("f", begins + Quarters(freeze), begins + Quarters(freeze + length))]);
                var now = begins + Quarters(start);
                DateTimeOffset? expected = null;
                if (CalendarGate.IsOpen(calendar, now))
                {
                    expected = Enumerable.Range(1, 8 * 96).Select(i => (DateTimeOffset?)(now + Quarters(i)))
                        .FirstOrDefault(at => !CalendarGate.IsOpen(calendar, at!.Value));
                }

                var closes = CalendarGate.NextClosing(calendar, now);
                Assert.True(closes == expected || (expected is null && closes > now + TimeSpan.FromDays(8)), $"{closes} and not {expected}");
            },
            iter: 300);

    private static TimeOnly Edge(int quarters) => new TimeOnly(0, 0).Add(Quarters(quarters));

    private static TimeSpan Quarters(int quarters) => TimeSpan.FromMinutes(15 * quarters);

    private static Simulator Of(string step, string top) => Some.Started(Some.Plan($$"""
        plan: small
        flag: f
        metrics: { error_rate: { ratio: errors / requests } }
        {{top}}
        phases:
          - name: p
            steps: [ { name: one, percentage: 10%, {{(step.StartsWith("hold", StringComparison.Ordinal) ? step : "hold: 1h, " + step)}} }, { name: two, percentage: 100%, hold: 1h } ]
            success: [ error_rate < 50% over 10m ]
        """));
}
