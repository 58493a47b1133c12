using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Samples;
using Orchestrator.Domain.Metrics.Statistics;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>
/// A result of few samples may be chance: each operator, on each kind of metric, against a number and against a baseline.
/// </summary>
public sealed class CriterionChanceTests
{
    private static Scene Of(string criterion) => new(Some.Started(Some.Plan($$"""
        plan: small
        flag: f
        metrics:
          error_rate: { ratio: errors / requests, baseline: legacy }
          usual: { ratio: errors / requests, baseline: 1% }
          recent: { ratio: errors / requests, baseline: trailing 15m }
          success: { ratio: good / requests, baseline: legacy }
          p99: { quantile: 0.99, of: response_time, baseline: legacy }
          p50: { quantile: 0.5, of: response_time, baseline: legacy }
          memory: { gauge: memory, fold: mean, unit: size, baseline: legacy }
          sales: { rate: requests, baseline: legacy }
          complaints: { count: errors, baseline: legacy }
        judgement: { minTraffic: 10 }
        triggers: [ { name: collapse, when: error_rate > 99%, action: rollback } ]
        phases:
          - name: p
            steps: [ { name: one, percentage: 10%, hold: 2h }, { name: two, percentage: 100%, hold: 1h } ]
            success: [ {{criterion}} ]
        """)));

    [Theory]
    // 240 requests in an hour without any failure, where at least 299 show "at most 1 %".
    [InlineData("error_rate < 1.1% over 30m", 0, 0)]
    [InlineData("error_rate <= 110% of baseline over 30m", 0, 0)]
    [InlineData("usual <= baseline over 30m", 0, 0)]
    [InlineData("success >= 99% over 30m", 0, 0)]
    [InlineData("success > 99% over 30m", 0, 0)]
    [InlineData("success >= 100% of baseline over 30m", 0, 0)]
    [InlineData("success >= 2% over 30m", 0.97, 0)]
    [InlineData("error_rate between 0% and 1% over 30m", 0, 0)]
    [InlineData("error_rate between 3% and 50% over 30m", 0.04, 0)]
    [InlineData("p99 <= 165ms over 30m", 0, 0)]
    [InlineData("p99 <= 110% of baseline over 30m", 0, 0)]
    [InlineData("p50 >= 90ms over 30m", 0, 0.46)]
    [InlineData("p50 >= 90% of baseline over 30m", 0, 0.46)]
    [InlineData("(error_rate < 1.1% and success >= 99%) over 30m", 0, 0)]
    [InlineData("(error_rate <= 110% of baseline or success >= 99%) over 30m", 0, 0)]
    public void What_chance_explains_is_no_evidence_and_what_it_does_not_is_met(string criterion, double rate, double fast)
    {
        var few = Of(criterion).Drive(60, 1, rate, fast);
        Assert.Equal(Verdict.NoEvidence, few.Seen().Verdict);
        Assert.DoesNotContain(few.Rollout.Of<CriterionAssessed>(), assessed => assessed.Verdict is Verdict.Met or Verdict.Warning);
        var many = Of(criterion).Drive(60, 2000, rate, fast);
        Assert.Contains(Assert.Single(many.Rollout.State.Criteria).Value.Verdict, (Verdict[])[Verdict.Met, Verdict.Warning]);
    }

    [Fact]
    public void No_error_in_eighty_requests_is_not_at_most_a_tenth_more_than_legacys_errors()
    {
        var (verdict, text) = Of("error_rate <= 110% of baseline over 20m").Drive(20, 1, 0, legacy: 0.001).Seen();
        Assert.Equal(Verdict.NoEvidence, verdict);
        Assert.EndsWith("no evidence: 80 of about 2722 samples needed at this share, 4 a minute make that 11h.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, Verdict.NoEvidence)]
    [InlineData(2000, Verdict.Met)]
    public void The_time_before_is_a_baseline_like_any_other(int requests, Verdict verdict) =>
        Assert.Equal(verdict, Of("recent <= 130% of baseline over 10m").Drive(60, requests, 0.01).Seen().Verdict);

    [Fact]
    public void A_lower_bound_says_what_it_lacks()
    {
        var (verdict, text) = Of("success >= 99.9% over 20m").Drive(20, 10, 0).Seen();
        Assert.Equal(Verdict.NoEvidence, verdict);
        Assert.EndsWith("no evidence: 800 of 2995 samples needed with 0 failures, 40 a minute make that 54m 52s.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_without_an_error_says_that_no_number_of_samples_is_enough()
    {
        var (verdict, text) = Of("error_rate <= 110% of baseline over 20m").Drive(20, 1000, 0, legacy: 0).Seen();
        Assert.Equal(Verdict.NoEvidence, verdict);
        Assert.Contains("leaves no margin", text, StringComparison.Ordinal);

        // The way out that the sentence names.
        Assert.Equal(Verdict.Met, Of("(error_rate <= 110% of baseline or error_rate < 0.1%) over 20m").Drive(20, 1000, 0, legacy: 0).Seen().Verdict);
    }

    [Fact]
    public void Samples_set_by_the_plan_leave_chance_out_and_evidence_says_what_would_show_it()
    {
        var (verdict, text) = Of("{ when: error_rate <= 110% of baseline, over: 20m, minSamples: 50 }").Drive(20, 1, 0, legacy: 0.001).Seen();
        Assert.Equal(Verdict.Met, verdict);
        Assert.EndsWith("met; chance is not considered: at this share about 2,722 samples would show it.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memory <= 115% of baseline over 20m")]
    [InlineData("sales <= 115% of baseline over 20m")]
    [InlineData("complaints <= 300% of baseline over 20m")]
    [InlineData("error_rate == 0 over 20m")]
    public void What_no_bound_is_known_for_says_that_chance_is_not_considered(string criterion)
    {
        var (verdict, text) = Of(criterion).Drive(20, 100, 0).Seen();
        Assert.Contains(verdict, (Verdict[])[Verdict.Met, Verdict.Warning]);
        Assert.EndsWith("; chance is not considered.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_against_a_number_has_no_chance_to_speak_of()
    {
        var (verdict, text) = Of("memory < 80MB over 20m").Drive(20, 100, 0).Seen();
        Assert.Equal(Verdict.Met, verdict);
        Assert.EndsWith("; met.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("success >= 99% over 10m", 2, 0.0)]
    [InlineData("error_rate < 1% over 10m", 40, 0.0075)]
    [InlineData("error_rate <= 150% of baseline over 10m", 20, 0.0105)]
    public void A_window_with_too_little_reaches_back_until_enough_is_in(string criterion, int requests, double rate)
    {
        var scene = Of(criterion).Drive(15, requests, rate);
        Assert.Equal(Verdict.NoEvidence, scene.Seen().Verdict);
        Assert.Equal(Verdict.Met, scene.Drive(45, requests, rate).Seen().Verdict);
    }

    [Fact]
    public void Parts_of_an_or_are_each_surer_than_the_whole()
    {
        var asked = RoundQueries.For(Of("(success >= 99% or p99 < 1s or error_rate <= 110% of baseline) over 20m").Rollout.State)!.Queries;
        var claims = asked.Select(question => question.Claim).OfType<Claim>().ToArray();
        Assert.Equal(3, claims.Length);
        Assert.All(claims, claim => Assert.Equal(1 - (0.05 / 3), claim.Confidence, 1e-12));
    }

    /// <summary>A rollout, and windows beside it that can be asked at any time.</summary>
    private sealed class Scene(Simulator rollout)
    {
        private readonly MetricWindows windows = new(rollout.State.Plan);
        private long told;

        public Simulator Rollout => rollout;

        /// <summary>
        /// Both variants for so many minutes; new fails and is fast (50 of 100 ms) at the rates given, legacy fails at its own and has many
        /// more requests.
        /// </summary>
        public Scene Drive(double minutes, int requests, double rate, double fast = 0, double legacy = 0.01)
        {
            for (var end = rollout.Now + TimeSpan.FromMinutes(minutes); rollout.Now < end;)
            {
                rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
                Sample[] samples = [Of(Variant.New, requests, Whole(rate), Whole(fast)),
                    Of(Variant.Legacy, 100_000, (long)(100_000 * legacy), 0)];
                told += requests;
                foreach (var sample in samples)
                {
                    windows.Add(sample, rollout.Now);
                }

                rollout.Push(samples);
            }

            return this;

            long Whole(double share) => (long)((told + requests) * share) - (long)(told * share);
        }

        /// <summary>Texts that people read now.</summary>
        public (Verdict Verdict, string Text) Seen()
        {
            var seen = windows.Observe(RoundQueries.For(rollout.State)!, rollout.Now - TimeSpan.FromMilliseconds(1), rollout.Now, 1)[0];
            var (_, verdict, evidence) = Assessments.Criteria(rollout.State, seen).First();
            return (verdict, evidence!.Text);
        }

        private Sample Of(Variant variant, long all, long errors, long fast) => Some.Sample(rollout.Now, variant, requests: all) with
        {
            Counters = [new("requests", all), new("errors", errors), new("good", all - errors)],
            Distributions = [new("response_time", [new(100, all - fast), new(50, fast)])],
        };
    }
}
