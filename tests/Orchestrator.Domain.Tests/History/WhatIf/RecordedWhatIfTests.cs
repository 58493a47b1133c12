using System.Collections.Immutable;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.History.WhatIf;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Tests.History.WhatIf;

/// <summary>The limit of 0.5 % on the recorded rollback of the strategy's plan, replaced by others.</summary>
public sealed class RecordedWhatIfTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Later = RecordedSignals.RolledBackAt + TimeSpan.FromDays(2);

    [Fact]
    public void Recorded_plan_over_its_own_signals_gives_the_recorded_rollback()
    {
        var result = Ask();
        Assert.Equal(WhatIfOutcome.Same, result.Outcome);
        Assert.DoesNotContain(result.Limits, limit => limit.StartsWith("The replay is not exact", StringComparison.Ordinal));
        Assert.Equal(0, result.PercentHours, 3);
    }

    [Fact]
    public void Limit_of_0_4_percent_fires_with_the_same_sample()
    {
        // 0.375 % at 19:57 is below both limits, and 0.75 % at 01:13 is above both.
        var result = Ask("triggers.error-rate-spike.limit=0.4%");
        Assert.Equal(WhatIfOutcome.Same, result.Outcome);
        Assert.Equal("error-rate-spike", result.Instead.Fired[^1].Trigger);
    }

    [Fact]
    public void Limit_of_0_3_percent_rolls_back_earlier()
    {
        var result = Ask("triggers.error-rate-spike.limit=0.3%");
        Assert.Equal(WhatIfOutcome.Earlier, result.Outcome);
        Assert.InRange(result.PercentHours, -50 * 5.5, -50 * 5.2);
        Assert.Equal((result.Instead.RolledBackAt, result.Recorded.RolledBackAt), (result.Spared?.From, result.Spared?.To));
    }

    [Fact]
    public void Limit_of_1_percent_leaves_the_rollback_to_the_alert()
    {
        var result = Ask("triggers.error-rate-spike.limit=1%");
        Assert.Equal(WhatIfOutcome.Same, result.Outcome);
        Assert.Equal("errorRateSpike", result.Instead.Fired[^1].Trigger);
    }

    [Fact]
    public void Limit_of_1_percent_in_both_rules_is_unanswered_beyond_the_recorded_rollback()
    {
        var result = Ask("triggers.error-rate-spike.limit=1%", "alerts.errorRateSpike.limit=0.01");
        Assert.Equal(WhatIfOutcome.Missed, result.Outcome);
        Assert.Equal(result.Recorded.RolledBackAt!.Value, result.UnansweredFrom!.Value, TimeSpan.FromMinutes(10));
        Assert.Contains("cannot say", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Shorter_hold_reaches_the_next_step_earlier_and_says_whose_signals_these_are()
    {
        var result = Ask("phases.gradual.steps.3a-10.hold=6d");
        Assert.Equal(WhatIfOutcome.Same, result.Outcome);
        Assert.InRange(result.PercentHours, 1, 50 * 25);
        Assert.Contains(result.Limits, limit => limit.Contains("those of the real share", StringComparison.Ordinal));
    }

    private WhatIfResult Ask(params string[] changes)
    {
        var events = RecordedSignals.Events();
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var patches = PlanPatch.Read(changes, errors);
        var run = new WhatIfRun(events, plan => changes.Length == 0 ? plan : PlanPatch.Apply(plan, patches, errors)!, false, Later);
        foreach (var block in RecordedSignals.Blocks(events))
        {
            run.Add(block, static () => false);
        }

        Assert.Empty(errors);
        var result = run.Result();
        output.WriteLine($"{string.Join(", ", changes)}: {result.Outcome} {result.Sentence}");
        foreach (var fired in result.Instead.Fired)
        {
            output.WriteLine($"  {fired.At:u} {fired.Trigger} {fired.Action}: {fired.Text}");
        }

        output.WriteLine($"  {result.PercentHours:0.#} percent-hours, unanswered from {result.UnansweredFrom:u}");
        foreach (var limit in result.Limits)
        {
            output.WriteLine("  - " + limit);
        }

        return result;
    }
}
