using Orchestrator.Domain.Scenarios;
using Orchestrator.Domain.Tests.Plans;
using Orchestrator.Domain.Tests.Rollouts;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Scenarios;

public sealed class ScenarioReaderTests
{
    private static readonly Domain.Plans.Plan Plan = Some.Plan(Samples.Plan("minimal.yaml"));

    [Fact]
    public void All_errors_come_at_once_with_path_and_line()
    {
        var reading = PlanSource.Of("""
            scenarios:
              - name: Not A Name
                length: soon
                traffic: 5
                begin: nowhere
                signals:
                  new:
                    error_rate: 0.05
                    eror_rate: 1%
                  old: {}
                reviews: [ { decide: perhaps } ]
                silences: [ { of: nobody, at: 1h, for: 1h } ]
                commands: [ { do: dance, at: 1h } ]
                expect: { status: happy, fires: [unknown], at: [ { at: 1h } ] }
              - length: 1h
                traffic: { base: 1/s, changes: [ { at: 1h }, { to: 2/s }, { at: 1h, to: -1/s } ] }
                colour: red
            """).Scenarios(Plan);
        Assert.Empty(reading.Scenarios);
        Assert.Equal(
        [
            "2 scenarios[0].name", "3 scenarios[0].length", "4 scenarios[0].traffic", "5 scenarios[0].begin", "9 scenarios[0].signals.new.eror_rate",
            "10 scenarios[0].signals.old", "11 scenarios[0].reviews[0].decide", "12 scenarios[0].silences[0].of", "13 scenarios[0].commands[0].do",
            "14 scenarios[0].expect.at[0]", "14 scenarios[0].expect.fires[0]", "14 scenarios[0].expect.status", "15 scenarios[1]",
            "16 scenarios[1].traffic.changes[0]", "16 scenarios[1].traffic.changes[1]", "16 scenarios[1].traffic.changes[2].to", "17 scenarios[1].colour",
        ], reading.Errors.Select(error => $"{error.Line} {error.Path}")
            .OrderBy(one => int.Parse(one.Split(' ')[0], null)).ThenBy(one => one, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("length: 17w", "has more than 100000 rounds")]
    [InlineData("length: 1h\n    seed: -1", "must be a whole number from 0")]
    [InlineData("length: 1h\n    start: 2026-03-02T09:00:00", "must be an RFC 3339 time")]
    [InlineData("length: 1h\n    counters: { requests: 1/s }", "comes from 'traffic'")]
    [InlineData("length: 1h\n    signals: { new: { error_rate: 101% } }", "must be a share from 0% to 100%")]
    [InlineData("length: 1h\n    traffic: 9999999999/s", "must be a rate such as 50/s")]
    public void Bounds_and_units_are_held(string part, string rule)
    {
        var traffic = part.Contains("traffic: ", StringComparison.Ordinal) ? "" : "\n    traffic: 1/s";
        var reading = PlanSource.Of($"scenarios:\n  - name: one\n    {part}{traffic}\n").Scenarios(Plan);
        Assert.Contains(rule, Assert.Single(reading.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scenario_replaces_what_it_has_in_common_key_by_key()
    {
        var reading = PlanSource.Of("""
            common:
              length: 1h
              traffic: 10/s
              signals: { new: { error_rate: 0.1% }, legacy: { error_rate: 0.2% } }
              expect: { status: running }
            scenarios:
              - name: one
                signals: { new: { error_rate: { changes: [ { at: 30m, to: 5% } ] } } }
                expect: { incidents: 0 }
            """).Scenarios(Plan);
        Assert.Empty(reading.Errors);
        var one = Assert.Single(reading.Scenarios);
        Assert.Equal((0.001, 0.05), (one.Signals.New[0].Level.Base, one.Signals.New[0].Level.Changes[0].To));
        Assert.Equal(0.002, one.Signals.Legacy[0].Level.Base);
        Assert.Null(one.Expect.Status);
    }

    [Fact]
    public void Segment_that_a_step_takes_to_new_needs_a_share()
    {
        var plan = Some.Plan(Samples.ChatArchitecture);
        var reading = PlanSource.Of("scenarios: [ { name: one, length: 1h, traffic: 1/s } ]").Scenarios(plan);
        Assert.Contains("segments.beta", Assert.Single(reading.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scenarios: []", true)]
    [InlineData("plan: a\nphases: []", false)]
    [InlineData("plan: a\nflag: b\nphases: []\nscenarios: []", false)]
    public void File_of_scenarios_is_told_from_a_plan(string text, bool scenarios) =>
        Assert.Equal(scenarios, PlanSource.Of(text).IsScenarios);
}
