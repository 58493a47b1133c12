using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Scenarios;
using Orchestrator.Domain.Tests.Rollouts;
using Orchestrator.PlanFiles;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Scenarios;

public sealed class ScenarioRunnerTests
{
    private const string PlanText = """
        plan: search
        flag: newSearch
        segments:
          eu: { title: Europe, attribute: region, equals: eu }
        metrics:
          error_rate: { ratio: errors / requests, baseline: 0.1% }
          p50: { quantile: 0.5, of: response_time }
          p95: { quantile: 0.95, of: response_time }
          queue: { gauge: queue, unit: number }
          complaints: { count: complaints }
        triggers:
          - { name: errors, when: error_rate > 1%, for: 2m, action: rollback }
          - { name: slow, when: p95 > 300ms, for: 1m, action: rollback }
          - { name: queue, when: queue > 100, action: rollback }
          - { name: complaints, when: complaints > 20, over: 10m, action: review, roles: [product] }
          - { name: pager, when: alert(SearchDown), action: rollback }
          - { name: silent, when: absent(requests), for: 5m, action: rollback }
          - { name: eu-errors, when: error_rate in eu > 1%, for: 2m, action: rollback-segment, segments: [eu] }
        judgement: { sampling: 1m, window: 2m }
        phases:
          - name: region
            steps: [ { name: eu, segments: [eu], hold: 1h } ]
            success: [ error_rate < 0.5% over 30m ]
          - name: public
            objectives: [ { name: docs, title: Docs, required: true } ]
            steps:
              - { name: ten, percentage: 10%, hold: 1h }
              - { name: half, percentage: 50%, hold: 1h, review: { roles: [product] } }
            success: [ error_rate < 0.5% over 30m ]
          - name: full
            steps: [ { name: all, percentage: 100%, hold: 1h } ]
            success: [ error_rate < 0.5% over 30m ]
        """;

    private const string Healthy = """
        traffic: 100/s
        segments: { eu: { share: 20% } }
        signals:
          new: { error_rate: 0.1%, p50: 50ms, p95: 100ms, queue: 3, complaints: 6/h }
          legacy: { error_rate: 0.1%, p50: 50ms, p95: 100ms, queue: 3, complaints: 6/h }
        reviews: [ { decide: approve, after: 30m } ]
        objectives: { after: 10m }
        """;

    private static readonly Plan Plan = Some.Plan(PlanText);

    [Fact]
    public void Healthy_weather_completes_and_people_answer_after_their_delay()
    {
        var run = Run("length: 8h");
        Assert.Empty(run.Problems);
        Assert.Equal(RolloutStatus.Completed, run.State.Status);
        var opened = run.Events.Single(one => one.Event is ReviewOpened { Step: "half" });
        var decided = run.Events.Single(one => one.Event is ReviewDecided { Approved: true });
        Assert.Equal(TimeSpan.FromMinutes(30), decided.At - opened.At);
    }

    [Fact]
    public void Review_without_an_answer_and_an_objective_without_a_tick_hold_the_rollout()
    {
        var run = Run("length: 8h\nreviews: []");
        Assert.Equal((RolloutStatus.Running, "half"), (run.State.Status, run.State.Step!.Name));
        Assert.Equal(RolloutStatus.Running, Run("length: 8h\nobjectives: null").State.Status);
    }

    [Theory]
    [InlineData("signals: { new: { error_rate: { changes: [ { at: 20m, to: 3% } ] } } }", "errors", 22, 24)]
    [InlineData("signals: { new: { p95: { changes: [ { at: 20m, to: 400ms } ] } } }", "slow", 21, 23)]
    [InlineData("signals: { new: { queue: { changes: [ { at: 20m, to: 203, over: 20m } ] } } }", "queue", 30, 31)]
    [InlineData("alerts: [ { name: SearchDown, at: 20m, for: 1h } ]", "pager", 20, 20)]
    [InlineData("silences: [ { of: new, at: 20m, for: 1h } ]", "silent", 25, 30)]
    public void Step_ramp_alert_and_silence_roll_back_in_time(string weather, string trigger, int from, int to)
    {
        var run = Run($"begin: ten\nlength: 1h\n{weather}");
        var back = run.Events.Single(one => one.Event is RolledBack);
        Assert.Equal(trigger, ((RolledBack)back.Event).Trigger);
        Assert.InRange((back.At - run.Scenario.Start).TotalMinutes, from, to);
    }

    [Fact]
    public void Gap_of_one_metric_is_no_rollback_and_no_success()
    {
        var run = Run("begin: ten\nlength: 3h\nsignals: { new: { error_rate: { changes: [ { at: 20m, gap: 4h } ] } } }");
        Assert.Equal((RolloutStatus.Running, "ten"), (run.State.Status, run.State.Step!.Name));
        Assert.Contains(run.Events, one => one.Event is RuleUnmeasured);
    }

    [Fact]
    public void Only_the_segment_with_errors_is_taken_back()
    {
        var run = Run("begin: ten\nlength: 30m\nsegments: { eu: { share: 20%, signals: { new: { error_rate: 1.2% } } } }");
        Assert.Equal("eu-errors", Assert.Single(run.Events.Select(one => one.Event).OfType<SegmentRolledBack>()).Trigger);
    }

    [Fact]
    public void Counts_are_per_variant_however_many_segments_there_are()
    {
        var run = Run("begin: ten\nlength: 30m\nsignals: { new: { complaints: { changes: [ { at: 10m, to: 3/min } ] } } }");
        var fired = run.Events.Single(one => one.Event is TriggerFired);
        Assert.Equal("complaints", ((TriggerFired)fired.Event).Trigger);
        Assert.InRange((fired.At - run.Scenario.Start).TotalMinutes, 16, 18);
    }

    [Fact]
    public void Restart_in_which_nothing_is_watched_is_no_silence()
    {
        var run = Run("begin: ten\nlength: 50m\nrestarts: [ { at: 10m, for: 20m } ]");
        Assert.Equal(RolloutStatus.Running, run.State.Status);
        Assert.DoesNotContain(run.Events, one => (one.At - run.Scenario.Start).TotalMinutes is > 10 and < 30);
    }

    [Theory]
    [InlineData("lost", 31, 35)]
    [InlineData("late", 30, 31)]
    public void Fault_during_a_restart_is_undone_on_return_sooner_where_samples_were_kept(string samples, int from, int to)
    {
        var run = Run($"begin: ten\nlength: 1h\nrestarts: [ {{ at: 20m, for: 10m, samples: {samples} }} ]\nsignals: {{ new: {{ error_rate: {{ changes: [ {{ at: 22m, to: 3% }} ] }} }} }}");
        var back = run.Events.Single(one => one.Event is RolledBack);
        Assert.Equal("errors", ((RolledBack)back.Event).Trigger);
        Assert.InRange((back.At - run.Scenario.Start).TotalMinutes, from, to);
    }

    [Fact]
    public void Hold_that_ends_during_a_restart_ends_after_the_return()
    {
        var run = Run("begin: ten\nlength: 3h\nrestarts: [ { at: 50m, for: 30m } ]");
        Assert.InRange((run.Begun["half"] - run.Scenario.Start).TotalMinutes, 80, 100);
    }

    [Fact]
    public void Season_swings_around_its_number_and_has_its_peak_at_its_time()
    {
        var level = new SignalLevel(100) { Season = new Season(TimeSpan.FromDays(1), 0.5, TimeSpan.FromHours(14)) };
        double? At(double hours) => level.At(Scenario.Monday + TimeSpan.FromHours(hours), Scenario.Monday, _ => null, 0);
        Assert.Equal((150, 50, 150), (Math.Round(At(14)!.Value, 9), Math.Round(At(2)!.Value, 9), Math.Round(At(14 + (24 * 6))!.Value, 9)));
        Assert.Equal(100 * 24, Enumerable.Range(1, 24).Sum(hour => At(hour)!.Value), 6);
    }

    [Fact]
    public void Commands_come_at_their_times_and_a_refused_one_is_a_problem()
    {
        var run = Run("begin: ten\nlength: 1h\ncommands: [ { do: pause, at: 10m }, { do: resume, at: 20m }, { do: abort, at: 30m }, { do: advance, at: 40m } ]");
        Assert.Equal(TimeSpan.FromMinutes(10), run.Events.Single(one => one.Event is RolloutPaused).At - run.Scenario.Start);
        Assert.Equal(TimeSpan.FromMinutes(20), run.Events.Single(one => one.Event is RolloutResumed).At - run.Scenario.Start);
        Assert.StartsWith("advance at 40m was refused", Assert.Single(run.Problems), StringComparison.Ordinal);
        Assert.Single(ScenarioVerdict.Of(run));
    }

    /// <summary>Seeds, and a repetition of each: noise and seasons hold for every seed.</summary>
    [Fact]
    public void Same_seed_gives_the_same_events_and_another_gives_other_noise()
    {
        var first = (long)Random.Shared.Next(1, int.MaxValue - 1);
        string Told(long seed) => string.Join('\n', Run(
            $"begin: ten\nlength: 2h\nseed: {seed}\nsignals: {{ new: {{ error_rate: {{ base: 0.9%, noise: 60%, season: {{ every: 1h, amplitude: 20% }} }} }} }}").Events.Select(one => $"{one.At:O} {one.Text}"));
        Assert.True(Told(first) == Told(first), $"seed {first}");
        Assert.True(Told(first) != Told(first + 1), $"seeds {first} and the next");
    }

    [Fact]
    public void Scenario_without_a_step_to_begin_at_says_so()
    {
        var plan = Some.Plan(PlanText.Replace("flag: newSearch", "flag: newSearch\ncalendar: { timeZone: UTC, changeWindows: [ { days: [sun], from: \"01:00\", to: \"02:00\" } ] }", StringComparison.Ordinal));
        var run = Run("begin: all\nlength: 1h", plan);
        Assert.True(run.State.Step!.Name == "all" || run.Problems.Length > 0);
    }

    [Fact]
    public void Wrong_expectation_says_what_was_expected_what_happened_and_why()
    {
        var run = Run("""
            begin: ten
            length: 1h
            signals: { new: { error_rate: { changes: [ { at: 20m, to: 3% } ] } } }
            expect:
              status: running
              percentage: 10%
              incidents: 0
              fires: [slow]
              rollsBack: { by: slow, at: 20m, within: 1m }
              reached: [ { step: half, by: 30m } ]
              at: [ { at: 30m, status: running }, { step: all, at: 1m, percentage: 100% } ]
            """);
        var mismatches = ScenarioVerdict.Of(run);
        Assert.Equal(
        [
            ("status running at the end", "status rolled-back"),
            ("10% of users on new at the end", "0% of users on new"),
            ("0 incidents", "1 incident"),
            ("fires: slow", "fires: errors"),
            ("a rollback by slow within 1m of 20m", "a rollback by errors, 3m after it"),
            ("step half reached by 30m", "step half was not reached"),
            ("status running at 30m", "status rolled-back"),
            ("step all begins", "it did not"),
        ], mismatches.Select(one => (one.Expected, one.Happened)));
        Assert.All(mismatches, one => Assert.True(one.Line > 0));
        Assert.Contains("error_rate > 1% for 2m: observed", mismatches[0].Verdict, StringComparison.Ordinal);
        Assert.Contains("p95", mismatches[3].Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Calm_weather_uses_what_the_plan_says_and_names_what_it_lacks()
    {
        var (scenario, unmeasured) = CalmScenario.Of(Plan, 1000);
        Assert.Equal(["p50", "p95", "queue", "complaints"], unmeasured);
        var run = ScenarioRunner.Of(Plan, scenario)!;
        Assert.Empty(run.Problems);

        // Triggers that hear nothing hold the rollout.
        Assert.Equal((RolloutStatus.Running, "eu"), (run.State.Status, run.State.Step!.Name));
        Assert.Contains(run.Events, one => one.Event is RuleUnmeasured);
    }

    private static ScenarioRun Run(string scenario, Plan? plan = null)
    {
        var text = $"common:\n{Indented(Healthy, 2)}\nscenarios:\n  - name: one\n{Indented(scenario, 4)}\n";
        var reading = PlanSource.Of(text).Scenarios(plan ?? Plan);
        Assert.Empty(reading.Errors.Select(error => $"{error.Line}: {error.Path}: {error.Message}"));
        return ScenarioRunner.Of(plan ?? Plan, Assert.Single(reading.Scenarios))!;
    }

    private static string Indented(string text, int by) => string.Join('\n', text.Split('\n').Select(line => new string(' ', by) + line));
}
