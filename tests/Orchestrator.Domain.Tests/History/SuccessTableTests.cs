using Orchestrator.Domain.Events;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Tests.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutCommand;

namespace Orchestrator.Domain.Tests.History;

public sealed class SuccessTableTests
{
    [Fact]
    public void Line_of_a_phase_that_was_not_reached_has_no_evidence()
    {
        var told = Retrospective.Of(Some.Started().Events);
        Assert.NotEmpty(told.Success);
        Assert.DoesNotContain(told.Success, line => line.Verdict == SuccessVerdict.Met);
    }

    [Fact]
    public void Verdict_of_an_earlier_step_is_none_of_the_step_that_was_rolled_back()
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.DriveWell(TimeSpan.FromMinutes(1));
        rollout.Command(new Rollback("odd logs"), Some.Engineer);

        var told = Retrospective.Of(rollout.Events);
        var criterion = told.Success.Single(line => line.Name.StartsWith("error_rate", StringComparison.Ordinal)
            && line.Name.EndsWith("(gradual)", StringComparison.Ordinal));
        Assert.Equal(SuccessVerdict.NoEvidence, criterion.Verdict);
        Assert.StartsWith("Not judged in its last step. Before that: error_rate < 0.1%", criterion.Text, StringComparison.Ordinal);
        Assert.Equal(SuccessVerdict.NotMet, Line(told, "incidents == 0 over 30m (gradual)").Verdict);
        Assert.Equal(SuccessVerdict.NotMet, Line(told, "Course of the rollout").Verdict);
        Assert.Equal(SuccessVerdict.NoEvidence, Line(told, "Rollback within 30s").Verdict);
    }

    [Theory]
    [InlineData(12, SuccessVerdict.Met)]
    [InlineData(31_000, SuccessVerdict.NotMet)]
    public void Rollback_is_within_its_time_when_the_nodes_confirmed_it(int milliseconds, SuccessVerdict verdict)
    {
        var rollout = Some.Started().DriveTo("s25");
        rollout.Command(new Rollback("odd logs"), Some.Engineer);
        var at = rollout.Now.AddMilliseconds(milliseconds);
        rollout.AdvanceTo(at);
        rollout.Command(
            new ReportLeg(rollout.State.Incidents.Single().Id, new Orchestrator.Domain.Rollouts.VerificationReport.Propagated(at, ["a"])),
            new Actor(ActorKind.System, "aftermath"));
        Assert.Equal(verdict, Line(Retrospective.Of(rollout.Events), "Rollback within 30s").Verdict);
    }

    [Fact]
    public void Target_that_no_criterion_judges_takes_a_kept_measurement_with_enough_samples()
    {
        var plan = Some.Plan("""
            plan: p
            flag: f
            metrics: { conversion: { title: Conversion, tier: business, ratio: bought / visits, target: "> 5%" } }
            phases: [ { name: a, steps: [ { name: one, percentage: 10%, hold: 1h } ] } ]
            """);
        var rollout = new Simulator(Some.Create(plan), Some.Start);
        rollout.Command(new Start(), Some.Engineer);
        var line = Line(Retrospective.Of(rollout.Events), "Conversion");
        Assert.Equal((SuccessArea.Business, SuccessVerdict.NoEvidence, "conversion"), (line.Area, line.Verdict, line.Unjudged?.Name));
        Assert.Equal(SuccessVerdict.NoEvidence, line.Measured(plan, Series(0.5, samples: 99)).Verdict);
        Assert.Equal(SuccessVerdict.Met, line.Measured(plan, Series(0.06, samples: 100)).Verdict);
        Assert.Equal(SuccessVerdict.NotMet, line.Measured(plan, Series(0.04, samples: 100)).Verdict);
    }

    [Fact]
    public void Advance_has_its_gates_its_samples_and_the_sentence_of_the_verdict()
    {
        var told = Retrospective.Of(Some.Started().DriveTo("s25").Events);
        var advance = told.Advances[^1];
        Assert.Equal("s10", advance.Step);
        Assert.All(advance.Gates, gate => Assert.Equal(GateVerdict.Met, gate.Verdict));
        Assert.Contains(advance.Gates, gate => gate.Kind == GateKind.Hold);
        var evidence = Assert.Single(advance.Evidence, one => one.Rule == "error_rate < 0.1% over 30m");
        Assert.True(evidence.Samples > 0);
        Assert.EndsWith("met.", evidence.Text, StringComparison.Ordinal);
    }

    private static MetricSeries Series(double value, long samples) => new(
        [new SeriesTier(Some.Start, Some.Start.AddHours(1), false, TimeSpan.FromHours(1))],
        [new SeriesPoint(Some.Start, Some.Start.AddHours(1), value, samples, 0, TimeSpan.FromHours(1))], []);

    private static SuccessLine Line(Retrospective told, string name) => told.Success.Single(line => line.Name == name);
}
