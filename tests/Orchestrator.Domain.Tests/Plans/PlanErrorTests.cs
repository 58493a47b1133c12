using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Each row breaks one line of a sound plan and says what the reader must answer: path, line and words.</summary>
public sealed class PlanErrorTests
{
    private const string Sound = """
        plan: search
        flag: newSearch
        segments: { beta: { optedIn: true } }
        metrics:
          error_rate: { ratio: errors / requests }
          latency: { quantile: 0.95, of: response_time, baseline: 150ms }
        triggers:
          - { name: errors, when: error_rate > 1%, action: rollback }
        phases:
          - name: public
            duration: 1w..2w
            flags: { verbose: true }
            success: [ error_rate < 0.5% over 48h ]
            steps:
              - { name: one, percentage: 10%, hold: 3d }
              - { name: two, percentage: 50%, hold: 3d }
        """;

    public static TheoryData<string, string, string, int, string> Rows => new()
    {
        { "flag: newSearch", "flga: newSearch", "flga", 2, "unknown key 'flga'; did you mean 'flag'?" },
        { "flag: newSearch", "flag: newSearch\nstickiness: plans", "stickiness", 3, "unknown stickiness 'plans'; did you mean 'plan'? (known: rollout, plan)" },
        { "flag: newSearch", "flag: newSearch\nstickyBy: 7", "stickyBy", 3, "must be a text" },
        { "flag: newSearch", "title: no flag", "", 1, "'flag' is missing" },
        { "plan: search", "title: no name", "", 1, "'plan' is missing" },
        { "plan: search", "plan: Search Me", "plan", 1, "the name 'Search Me' must be" },
        { "plan: search", "plan: new_search", "plan", 1, "the name 'new_search' must be" },
        { "flag: newSearch", "flag: newSearch\nflag: again", "flag", 3, "the key 'flag' is given twice" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", series: { requests: { counter: \"r{v='$varant'}\", variant: new } } } ]", "sources[0].series.requests.counter", 3, "unknown variable '$varant' (known: $variant, $traffic, $segment, $rollout, $environment, $selector)" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", series: { requests: { counter: r } } } ]", "sources[0].series.requests.counter", 3, "must contain $variant or $selector, or 'variant' beside it must name its variant" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", series: { requests: { counter: \"sum(increase(r[1m]))\", variant: new } } } ]", "sources[0].series.requests.counter", 3, "must query the raw counter, without increase()" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://u:p@p\", series: { requests: { counter: r, variant: new } } } ]", "sources[0].url", 3, "must be the http or https address of a server" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", series: { memory: { gauge: m, empty: zero, variant: new } } } ]", "sources[0].series.memory.empty", 3, "'empty' belongs to a counter, and this is a gauge" },
        { "flag: newSearch", "flag: [a]", "flag", 2, "must be a text, but is a list" },
        { "flag: newSearch", "flag: 12", "flag", 2, "must be a text, but is a number ('12'); put it in quotes" },
        { "percentage: 50%", "percentage: 101%", "phases[0].steps[1].percentage", 16, "the percentage '101%' must be from 0% to 100%" },
        { "percentage: 50%", "percentage: -1", "phases[0].steps[1].percentage", 16, "the percentage '-1' must be from 0% to 100%" },
        { "percentage: 50%", "percentage: 5%", "phases[0].steps[1].percentage", 16, "the percentage 5% is below the 10% of a step before" },
        { "percentage: 50%", "percentage: 50.0001%", "phases[0].steps[1].percentage", 16, "'50.0001%' falls between steps" },
        { "percentage: 50%", "percentage: half", "phases[0].steps[1].percentage", 16, "must be a percentage such as 25%, but is a text ('half')" },
        { "when: error_rate > 1%", "when: error_rat > 1%", "triggers[0].when", 8, "unknown metric 'error_rat'; did you mean 'error_rate'?" },
        { "when: error_rate > 1%", "when: error_rate > 150ms", "triggers[0].when", 8, "150ms does not fit: error_rate measures a share (%), not a time (ms, s)" },
        { "when: error_rate > 1%", "when: error_rate > 5", "triggers[0].when", 8, "5 does not fit: error_rate is a share of 1" },
        { "when: error_rate > 1%", "when: error_rate > 2x baseline", "triggers[0].when", 8, "error_rate has no baseline to compare with" },
        { "when: error_rate > 1%", "when: error_rate in betta > 1%", "triggers[0].when", 8, "unknown segment 'betta'; did you mean 'beta'?" },
        { "when: error_rate > 1%", "when: error_rate >> 1%", "triggers[0].when", 8, "does not parse at column 13: expected a number or 'baseline', but found '>'" },
        { "when: error_rate > 1%", "when: error_rate between 2% and 1%", "triggers[0].when", 8, "the first limit of 'between' must not be above the second" },
        { "when: error_rate > 1%", "when: error_rate > 1% for 5m, for: 5m", "triggers[0].for", 8, "'for' is given twice" },
        { "action: rollback", "action: rolback", "triggers[0].action", 8, "unknown action 'rolback'; did you mean 'rollback'?" },
        { "action: rollback", "title: none", "triggers[0]", 8, "'action' is missing" },
        { "action: rollback", "action: rollback-segment", "triggers[0]", 8, "rollback-segment needs 'segments'" },
        { "action: rollback", "action: rollback-segment, segments: [gamma]", "triggers[0].segments[0]", 8, "unknown segment 'gamma'" },
        { "action: rollback", "action: rollback, segments: [beta]", "triggers[0].segments", 8, "'segments' belongs to the action rollback-segment" },
        { "action: rollback", "action: rollback, perSegment: true", "triggers[0].perSegment", 8, "'perSegment' belongs to the action rollback-segment" },
        { "action: rollback", "action: rollback, releaseOnClear: true", "triggers[0].releaseOnClear", 8, "'releaseOnClear' belongs to the action review" },
        { "action: rollback", "action: rollback, onNoData: panic", "triggers[0].onNoData", 8, "must be 'hold', 'review', 'rollback after 10m' or 'ignore'" },
        { "action: rollback", "action: rollback, clear: < 5ms", "triggers[0].clear", 8, "5ms does not fit: error_rate measures a share (%)" },
        { "action: rollback", "action: rollback, alpha: 1%", "triggers[0].alpha", 8, "'alpha' belongs to 'test: sequential'" },
        { "action: rollback", "action: rollback, test: sequential", "triggers[0].test", 8, "its metric needs 'baseline: legacy'" },
        { "action: rollback", "action: review, roles: [boss]", "triggers[0].roles[0]", 8, "unknown role 'boss' (known: viewer, support, product, engineering, devops, admin)" },
        { "action: rollback", "action: rollback, roles: [admin]", "triggers[0].roles", 8, "'roles' belongs to the action review" },
        { "duration: 1w..2w", "duration: 2w..1w", "phases[0].duration", 11, "the duration '2w..1w' is impossible: its shortest is longer than its longest" },
        { "duration: 1w..2w", "duration: 0s", "phases[0].duration", 11, "it has no length" },
        { "duration: 1w..2w", "duration: a while", "phases[0].duration", 11, "must be a duration or a range such as 1w..2w" },
        { "duration: 1w..2w", "duration: 1d..5d", "phases[0].duration", 11, "the steps hold for 6d together, which is longer than the phase's longest duration 5d" },
        { "over 48h", "over 3w", "phases[0].success[0]", 13, "the window of 'error_rate < 0.5% over 3w' is longer than its phase, which lasts at most 2w" },
        { "over 48h", "for 48h", "phases[0].success[0]", 13, "is a criterion: use 'over' for its window" },
        { "error_rate < 0.5% over 48h", "absent(error_rate)", "phases[0].success[0]", 13, "absence of data or an alert is never success" },
        { "error_rate < 0.5% over 48h", "error_rate < 0.5% over 48h, error_rate < 0.5% over 48h", "phases[0].success[1]", 13, "is given twice" },
        { "hold: 3d }\n      - { name: two", "hold: soon }\n      - { name: two", "phases[0].steps[0].hold", 15, "must be a duration such as 90s, 5m, 1h30m, 48h, 2d or 1w" },
        { "name: two", "name: one", "phases[0].steps[1].name", 16, "the step name 'one' is used twice" },
        { "name: two", "name: Two!", "phases[0].steps[1].name", 16, "the name 'Two!' must be 1 to 63 of" },
        { "name: two, percentage: 50%", "name: two, segments: [gamma]", "phases[0].steps[1].segments[0]", 16, "unknown segment 'gamma' (known: beta)" },
        { "name: two, percentage: 50%", "name: two, audience: [ { segment: gamma } ]", "phases[0].steps[1].audience[0].segment", 16, "unknown segment 'gamma' (known: beta)" },
        { "name: two, percentage: 50%", "name: two, audience: [ { percentage: 5% } ]", "phases[0].steps[1].audience[0]", 16, "'segment' is missing" },
        { "name: two, percentage: 50%", "name: two, audience: [ { segment: beta, percentage: 0% } ]", "phases[0].steps[1].audience[0].percentage", 16, "0% of a segment adds no user" },
        { "name: two, percentage: 50%", "name: two, audience: [ { segment: beta, percentage: 101% } ]", "phases[0].steps[1].audience[0].percentage", 16, "the percentage '101%' must be from 0% to 100%" },
        { "name: two, percentage: 50%", "name: two, segments: [beta], audience: [ { segment: beta, percentage: 20% } ]", "phases[0].steps[1].audience[0].segment", 16, "the segment 'beta' is named twice in this step" },
        { "hold: 3d }\n      - { name: two,", "audience: [ { segment: beta, percentage: 60% } ], hold: 3d }\n      - { name: two, audience: [ { segment: beta, percentage: 20% } ],", "phases[0].steps[1].audience", 16, "20% of 'beta' is below the 60% of a step before" },
        { "name: two, percentage: 50%,", "name: two, review: { every: 1w },", "phases[0].steps[1].review", 16, "a review every 1w never happens in a hold of 3d" },
        { "flags: { verbose: true }", "flags: { newSearch: true }", "phases[0].flags.newSearch", 12, "'newSearch' is the routed flag: the steps decide it" },
        { "flags: { verbose: true }", "legacyUnusedFor: 1w", "phases[0].legacyUnusedFor", 12, "legacy is never unused while only 50% of users are on new" },
        { "flags: { verbose: true }", "review: { every: 1d }", "phases[0].review", 12, "'every' is for a step's review" },
        { "flags: { verbose: true }", "shadow: yes", "phases[0].shadow", 12, "must be true or false, but is a text ('yes')" },
        { "flags: { verbose: true }", "risk: extreme", "phases[0].risk", 12, "unknown risk 'extreme'" },
        { "flags: { verbose: true }", "onStale: last for ever", "phases[0].onStale", 12, "must be 'legacy', 'last' or 'last for 5m, then legacy'" },
        { "error_rate: { ratio: errors / requests }", "error_rate: { ratio: errors }", "metrics.error_rate.ratio", 5, "must be two series as in 'errors / requests'" },
        { "error_rate: { ratio: errors / requests }", "error_rate: { ratio: a / b, unit: time }", "metrics.error_rate.unit", 5, "this metric always measures a share (%)" },
        { "error_rate: { ratio: errors / requests }", "error_rate: { ratio: a / b, rate: c }", "metrics.error_rate", 5, "exactly one of ratio, quantile, gauge, rate, count, but has ratio and rate" },
        { "error_rate: { ratio: errors / requests }", "error_rate: { ratio: a / b, target: 1% }", "metrics.error_rate.target", 5, "does not parse at column 1: expected a comparison" },
        { "baseline: 150ms", "baseline: 30MB", "metrics.latency.baseline", 6, "30MB does not fit: latency measures a time (ms, s)" },
        { "baseline: 150ms", "baseline: sometimes", "metrics.latency.baseline", 6, "must be a number with a unit such as 150ms, 'legacy' or 'trailing 7d'" },
        { "  latency:", "  shadow:", "metrics.shadow", 6, "'shadow' is a word of the condition language" },
        { "optedIn: true", "optedIn: true, attribute: a, equals: 1", "segments.beta", 3, "has optedIn and attribute; a rule has one of" },
        { "optedIn: true", "attribute: age, number: old", "segments.beta.number", 3, "must be one of <, <=, ==, >=, > and a number" },
        { "flag: newSearch", "flag: newSearch\ncalendar: { timeZone: Mars/Olympus }", "calendar.timeZone", 3, "unknown time zone 'Mars/Olympus'" },
        { "flag: newSearch", "flag: newSearch\nalerts: [ { name: A, on: error_rate > 1%, action: investigate, channels: [x] } ]", "alerts[0].channels[0]", 3, "unknown channel 'x'" },
    };

    [Fact]
    public void The_plan_that_the_rows_break_is_sound()
    {
        var reading = PlanText.Read(Sound);

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_error_says_where_what_and_which_rule(string found, string broken, string path, int line, string words)
    {
        Assert.Contains(found, Sound, StringComparison.Ordinal);

        var reading = PlanText.Read(Sound.Replace(found, broken, StringComparison.Ordinal));

        Assert.Null(reading.Plan);
        Assert.Contains(reading.Errors, e => e.Path == path && e.Line == line && e.Message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_are_told_at_once_in_the_order_of_lines()
    {
        const string text = """
            plan: Broken Plan
            flga: newSearch
            metrics:
              error_rate: { ratio: errors }
              latency: { quantile: 0.95, of: response_time, target: < 10MB }
            triggers:
              - { name: a, when: latncy > 1s, action: rollback }
              - { name: a, when: latency >, action: explode }
            phases:
              - name: one
                duration: 2w..1w
                steps: []
              - name: one
                steps:
                  - { percentage: 110% }
                  - { percentage: 20%, hold: never, segments: [nobody] }
                  - { percentage: 10% }
            """;

        var errors = PlanText.Read(text).Errors;

        Assert.True(errors.Length >= 13, string.Join('\n', errors));
        Assert.All(errors, e => Assert.NotNull(e.Line));
        Assert.Equal(errors.OrderBy(e => e.Line), errors);
        Assert.Contains(errors, e => e.Column == 10 && e.Path == "triggers[1].when");
    }

    [Fact]
    public void A_phase_that_shows_nothing_to_any_user_needs_people()
    {
        const string text = """
            plan: idle
            flag: x
            phases:
              - name: wait
                steps: [ { percentage: 0%, hold: 1d } ]
            """;

        var error = Assert.Single(PlanText.Read(text).Errors);

        Assert.Equal(("phases[0]", 4), (error.Path, error.Line));
        Assert.Contains("it would pass by time alone", error.Message, StringComparison.Ordinal);
        Assert.Empty(PlanText.Read(text + "\n    review: { roles: [product] }").Errors);
        Assert.Empty(PlanText.Read(text + "\n    objectives: [ { title: Done, required: true } ]").Errors);
        Assert.Empty(PlanText.Read(text + "\n    shadow: true").Errors);
    }

    [Fact]
    public void What_is_allowed_but_hardly_meant_is_a_warning()
    {
        const string text = """
            plan: hasty
            flag: x
            metrics: { memory: { gauge: memory } }
            triggers: [ { when: memory == 80MB, action: notify } ]
            phases:
              - name: all
                steps: [ { percentage: 100%, hold: 1d } ]
            """;

        var reading = PlanText.Read(text);

        Assert.NotNull(reading.Plan);
        Assert.Equal(
            ["no trigger rolls back", "compares a measured level for equality", "has no success criteria and no review"],
            reading.Warnings.Select(w => new[] { "no trigger rolls back", "compares a measured level for equality", "has no success criteria and no review" }
                .Single(words => w.Message.Contains(words, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("error_rate <= baseline", true)]
    [InlineData("error_rate < 100% of baseline", true)]
    [InlineData("success >= baseline", true)]
    [InlineData("p95 <= 90% of baseline", true)]
    [InlineData("{ when: error_rate <= baseline, minSamples: 500 }", false)]
    [InlineData("error_rate <= 110% of baseline", false)]
    [InlineData("success >= 95% of baseline", false)]
    [InlineData("memory <= baseline", false)]
    public void A_criterion_that_variants_which_are_alike_never_meet_is_a_warning(string criterion, bool warned)
    {
        var reading = PlanText.Read($$"""
            plan: p
            flag: f
            metrics:
              error_rate: { ratio: errors / requests, baseline: legacy }
              success: { ratio: good / requests, baseline: trailing 7d }
              p95: { quantile: 0.95, of: t, baseline: legacy }
              memory: { gauge: memory, baseline: legacy }
            triggers: [ { when: error_rate > 5%, action: rollback } ]
            phases: [ { name: all, steps: [ { percentage: 100%, hold: 1d } ], success: [ {{criterion}} ] } ]
            """);
        Assert.NotNull(reading.Plan);
        Assert.Equal(warned ? 1 : 0, reading.Warnings.Count(warning => warning.Message.Contains("can never be shown while both variants are alike: leave a margin", StringComparison.Ordinal)));
        Assert.Equal(warned ? 1 : 0, reading.Warnings.Length);
    }

    [Fact]
    public void An_audience_that_cannot_be_read_is_one_error_and_not_also_an_empty_audience()
    {
        var reading = PlanText.Read("plan: p\nflag: f\nphases:\n  - name: one\n    steps: [ { percentage: 120%, hold: 1d } ]\n");

        Assert.Equal("phases[0].steps[0].percentage", Assert.Single(reading.Errors).Path);
    }

    [Theory]
    [InlineData("", "the text is empty", 1)]
    [InlineData("a:\n\tb: c", "this is not YAML", 2)]
    [InlineData("a: [1, 2\n", "this is not YAML", 2)]
    [InlineData("a: !!str b", "tags", 1)]
    [InlineData("a: 1\n---\nb: 2", "more than one document", 2)]
    [InlineData("a: *b", "stands for no value before it", 1)]
    [InlineData("a: &b [ *b ]", "stands for no value before it", 1)]
    [InlineData("? [a]\n: b", "a key must be a plain text", 1)]
    [InlineData("{ \"a\": 1,\n  \"b\" }", "this is not JSON", 2)]
    [InlineData("{ \"a\": 1 }\n{ }", "this is not JSON", 2)]
    public void A_text_that_is_no_document_is_one_error_with_its_line(string text, string words, int line)
    {
        InputError error = Assert.Single(PlanText.Read(text).Errors);

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
    }
}
