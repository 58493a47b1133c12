using Orchestrator.Domain.Documents;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Windows;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Plans.Checks;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Domain.Rollouts.Steps;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using static Orchestrator.Domain.Rollouts.RolloutCommand;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Rollouts;

/// <summary>Rules about a region, in a rollout that lets users in by percentage: no step names the region.</summary>
public sealed class PercentageRegionTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private const string Guard = "- { name: region, when: error_rate > 2%, for: 2m, perSegment: true, segments: [region-eu, region-us], action: rollback-segment }";

    private static string Text(string guard, string success = "error_rate < 5% over 5m") => $$"""
        plan: small
        flag: f
        segments:
          region-eu: { title: Europe, attribute: region, equals: eu }
          region-us: { title: States, attribute: region, equals: us }
          internal: { title: Team, attribute: internal, equals: true }
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: collapse, when: error_rate > 50%, action: rollback }
          {{guard}}
        phases:
          - name: p
            steps: [ { name: ten, percentage: 10%, hold: 1h }, { name: half, percentage: 50%, hold: 1h } ]
            success: [ {{success}} ]
        """;

    private static Simulator Of(string guard = Guard) => Some.Started(Some.Plan(Text(guard)));

    /// <summary>Samples of both regions every 15 s, with failures in Europe.</summary>
    private static void Drive(Simulator rollout, TimeSpan span, long europe)
    {
        for (var end = rollout.Now + span; rollout.Now < end; rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15)))
        {
            rollout.Push([Some.Sample(rollout.Now, errors: europe, segment: "region-eu"), Some.Sample(rollout.Now, segment: "region-us")]);
        }
    }

    [Theory]
    [InlineData(Guard)]
    [InlineData("- { name: region, when: error_rate > 2%, for: 2m, perSegment: true, action: rollback-segment }")]
    public void Region_that_goes_bad_goes_back_alone_and_restore_gives_it_back(string guard)
    {
        var rollout = Of(guard);
        Drive(rollout, 5 * Minute, europe: 0);
        Assert.Empty(rollout.Of<SegmentRolledBack>());

        Drive(rollout, 4 * Minute, europe: 100);
        var back = Assert.Single(rollout.Of<SegmentRolledBack>());
        Assert.Equal(["region-eu"], back.Segments);
        Assert.Equal("region:region-eu", back.Trigger);
        Assert.Contains("error_rate in region-us > 2% for 2m: observed 0%", back.Reason, StringComparison.Ordinal);
        Assert.Equal((RolloutStatus.Running, Share.OfPercent(10)), (rollout.State.Status, rollout.State.Percentage));

        // Users: Europe on legacy, the rest keeps its share.
        Assert.Empty(OnNew(rollout, "eu"));
        var states = OnNew(rollout, "us");
        Assert.InRange(states.Length, 70, 130);

        rollout.Command(new Restore("fixed", ["region-eu"]), Some.Engineer);
        Assert.Empty(rollout.State.TakenBack);
        Assert.InRange(OnNew(rollout, "eu").Length, 70, 130);
        Assert.Equal(states, OnNew(rollout, "us"));

        // It is watched again, and more closely.
        Drive(rollout, 2 * Minute, europe: 100);
        Assert.Equal(2, rollout.Of<SegmentRolledBack>().Length);
    }

    [Theory]
    [InlineData("region:region-eu", Guard)]
    [InlineData("region", "- { name: region, when: error_rate in region-eu > 2%, for: 2m, segments: [region-eu], action: rollback-segment }")]
    public void Rule_whose_region_is_on_legacy_has_no_distance_and_says_so_until_the_restore(string name, string guard)
    {
        var rollout = Of(guard);
        Drive(rollout, 4 * Minute, europe: 100);
        Assert.Equal(["region-eu"], rollout.State.TakenBack);
        Assert.Null(Distance());
        Assert.Equal("rolledBack", State());
        Assert.NotNull(Assert.Single(Retrospective.Of(rollout.Events).Triggers).FiredAt);
        Assert.Null(Assert.Single(Retrospective.Of(rollout.Events).Triggers).ClearedAt);

        // In the next step it still is.
        rollout.Drive(70 * Minute, at => Some.Sample(at, segment: "region-us"));
        Assert.Equal("half", rollout.State.Step!.Name);
        Assert.Equal((null, "rolledBack"), (Distance(), State()));

        rollout.Command(new Restore("fixed", ["region-eu"]), Some.Engineer);
        Assert.Equal("noEvidence", State());
        Assert.Equal(rollout.Now, Retrospective.Of(rollout.Events).Triggers[0].ClearedAt);
        rollout.AdvanceTo(rollout.Now + TimeSpan.FromSeconds(15));
        Assert.Equal(0, Distance());

        double? Distance()
        {
            var windows = new MetricWindows(rollout.State.Plan);
            windows.Add([Some.Sample(rollout.Now, errors: 100, segment: "region-eu"), Some.Sample(rollout.Now, segment: "region-us")], rollout.Now);
            return TriggerDistance.Of(rollout.State, windows.Observe(RoundQueries.For(rollout.State)!, null, rollout.Now, 10)[^1])
                .Single(one => one.Trigger == name).Distance;
        }

        string State() => Assessments.Triggers(rollout.State, null).Single(one => one.Name == name).State;
    }

    [Fact]
    public void Each_segment_of_the_plan_is_in_force_in_each_step_and_asked_for()
    {
        var rollout = Of("- { name: region, when: error_rate > 2%, perSegment: true, action: rollback-segment }");

        Assert.Equal(["collapse", "region:region-eu", "region:region-us", "region:internal"], RulesInForce.Triggers(rollout.State).Select(t => t.Name));
        var query = RoundQueries.For(rollout.State)!;
        Assert.Equal(["region-eu", "region-us", "internal"], query.Queries.Select(q => q.Segment).OfType<string>());
        Assert.Equal(["region-eu", "region-us", "internal"], query.Segments!);
        Assert.Equal(["region-eu", "region-us"], JudgedSegments.Of(Some.Plan(Text(Guard))));
        Assert.Equal(["internal"], JudgedSegments.Of(Some.Plan(Text("- { name: it, when: error_rate in internal > 2%, action: review }"))));
        Assert.Equal(["region-us"], JudgedSegments.Of(Some.Plan(Text("- { name: it, when: error_rate > 20%, action: rollback-segment, segments: [region-us] }"))));
        Assert.Equal(["internal"], JudgedSegments.Of(Some.Plan(Text("", "error_rate < 5% over 5m, error_rate in internal < 5% over 5m"))));
    }

    [Fact]
    public void Step_does_not_end_behind_a_guard_that_cannot_tell_regions_apart()
    {
        var rollout = Of();
        rollout.DriveWell(TimeSpan.FromHours(2));
        Assert.Equal("ten", rollout.State.Step!.Name);
        Assert.Equal(["evidence"], Gates.Shut(rollout.State, rollout.Now));
        Assert.Contains(rollout.Of<RuleUnmeasured>(), e => e.Follows == "hold" && e.Text.Contains("no sample names its segment ('segment'), so region-eu cannot be judged", StringComparison.Ordinal));

        // A region without users is no reason to wait: samples name their segments.
        rollout.Drive(15 * Minute, at => Some.Sample(at, segment: "region-us"));
        Assert.Equal("half", rollout.State.Step!.Name);
        Assert.Empty(rollout.State.Unmeasured);
    }

    [Fact]
    public void Plan_may_say_that_it_does_not_mind()
    {
        var rollout = Of(Guard.Replace("perSegment", "onNoData: ignore, perSegment", StringComparison.Ordinal));
        rollout.DriveWell(TimeSpan.FromHours(1) + 2 * Minute);
        Assert.Equal("half", rollout.State.Step!.Name);
    }

    [Theory]
    [InlineData("- { name: region, when: error_rate > 2%, perSegment: true, action: rollback-segment }", false, "triggers[1].perSegment", "but the plan defines none")]
    [InlineData("- { name: region, when: incidents > 2, perSegment: true, action: rollback-segment }", true, "triggers[1].perSegment", "'incidents' counts those of the whole rollout")]
    [InlineData("- { name: region, when: incidents in region-eu > 2, action: review }", true, "triggers[1].when", "counts the incidents of the whole rollout")]
    public void What_can_never_be_judged_is_refused_and_recorded_plans_are_spared(string guard, bool segments, string path, string words)
    {
        var text = Text(guard);
        if (!segments)
        {
            text = text[..text.IndexOf("segments:", StringComparison.Ordinal)] + text[text.IndexOf("metrics:", StringComparison.Ordinal)..];
        }

        var reading = PlanFiles.PlanText.Read(text);
        Assert.Null(reading.Plan);
        Assert.Contains(reading.Errors, e => e.Path == path && e.Message.Contains(words, StringComparison.Ordinal));

        var recorded = PlanReader.ReadDocument(Recorded(text));
        Assert.NotNull(recorded.Plan);
        Assert.Contains(recorded.Warnings, e => e.Path == path && e.Message.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(JudgedSegments.Most, true)]
    [InlineData(JudgedSegments.Most + 1, false)]
    public void More_segments_than_samples_may_name_are_refused(int many, bool sound)
    {
        var segments = string.Concat(Enumerable.Range(0, many - 3).Select(i => $"  s-{i}: {{ title: S, attribute: s, equals: {i} }}\n"));
        var reading = PlanFiles.PlanText.Read(Text("- { name: region, when: error_rate > 2%, perSegment: true, action: rollback-segment }").Replace("metrics:", segments + "metrics:", StringComparison.Ordinal));

        Assert.Equal(sound, reading.Plan is not null);
        Assert.Equal(!sound, reading.Errors.Any(e => e.Path == "segments" && e.Message.Contains("the samples of one rollout may name at most 100", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("by (variant) (errors{segment=\"$segment\"})", false)]
    [InlineData("by (variant) (errors)", true)]
    public void Source_that_does_not_ask_by_segment_is_warned_of(string query, bool warned)
    {
        var series = $"{{ counter: 'sum {query}', variant: new }}";
        var reading = PlanFiles.PlanText.Read(Text(Guard) + $"\nsources: [ {{ name: prom, kind: prometheus, url: \"http://p\", series: {{ errors: {series}, requests: {series} }} }} ]\n");

        Assert.Empty(reading.Errors);
        Assert.Equal(warned, reading.Warnings.Any(w => w.Path == "sources" && w.Message.Contains("'errors' in the source 'prom' has no $segment", StringComparison.Ordinal)));
    }

    /// <summary>The canonical document of a plan that this build refuses.</summary>
    private static string Recorded(string text) => CanonicalJson.Write(PlanFiles.YamlText.Parse(text, out _)!, PlanKeys.Ordered);

    private static string[] OnNew(Simulator rollout, string region)
    {
        var segments = rollout.State.Plan.Segments.Select(s => new SegmentModel(s.Key, s.Definition, MemberSet.Empty));
        var table = RoutingTable.Compile(
            new TableModel(1, [new EnvironmentModel { Name = "production", Routes = [RolloutRoutes.Of(rollout.State)], Segments = [.. segments] }]));
        return [.. Enumerable.Range(0, 1000).Select(i => $"user-{i}").Where(key =>
            Router.Route(table.Environment("production"), "f", new EvaluationContext().Begin(table.Environment("production")).Key(key).Set("region", region)).IsNew)];
    }
}
