using NJsonSchema;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

public sealed class SchemaTests
{
    public static TheoryData<string> Files => [.. Samples.PlanFiles];

    /// <summary>Documents that both the schema and the reader refuse: each breaks the minimal plan in one place.</summary>
    public static TheoryData<string, string> Broken => new()
    {
        { "plan: new-search", "plan: New Search" },
        { "plan: new-search", "title: no name" },
        { "flag: newSearch", "flags: newSearch" },
        { "ratio: errors / requests", "ratio: errors" },
        { "ratio: errors / requests", "ratio: errors / requests, rate: requests" },
        { "action: rollback", "action: explode" },
        { "when: error_rate > 1%, ", "" },
        { "for: 5m", "for: five minutes" },
        { "for: 5m", "onNoData: panic" },
        { "for: 5m", "coolDown: soon" },
        { "for: 5m", "test: guess" },
        { "for: 5m", "designEffect: 0" },
        { "for: 5m", "perSegment: eu" },
        { "percentage: 10%", "percentage: 110%" },
        { "percentage: 10%", "percentage: 0.0001%" },
        { "percentage: 10%", "percentage: -1" },
        { "percentage: 10%", "audience: [ { percentage: 10% } ]" },
        { "percentage: 10%", "audience: [ { segment: a, percentage: 0 } ]" },
        { "percentage: 10%", "audience: [ { segment: a, share: 1% } ]" },
        { "hold: 1d", "hold: 1 day" },
        { "hold: 1d", "held: 1d" },
        { "  - name: public", "  - title: no name" },
        { "  - name: public", "  - name: public\n    risk: huge" },
        { "  - name: public", "  - name: public\n    duration: 1..2" },
        { "  - name: public", "  - name: public\n    shadow: maybe" },
        { "  - name: public", "  - name: public\n    review: { roles: [boss] }" },
        { "  - name: public", "  - name: public\n    review: { roles: {} }" },
        { "  - name: public", "  - name: public\n    review: { roles: { boss: 1 } }" },
        { "  - name: public", "  - name: public\n    review: { roles: { product: 0 } }" },
        { "  - name: public", "  - name: public\n    review: { roles: product }" },
        { "flag: newSearch", "flag: newSearch\napprovals: { roles: { product: 21 } }" },
        { "  - name: public", "  - name: public\n    onStale: newest" },
        { "flag: newSearch", "flag: newSearch\nonUnwatched: shrug" },
        { "flag: newSearch", "flag: newSearch\napprovals: { quorum: 0 }" },
        { "flag: newSearch", "flag: newSearch\nsegments: { a: { title: nobody } }" },
        { "flag: newSearch", "flag: newSearch\nsegments: { a: { optedIn: false } }" },
        { "flag: newSearch", "flag: newSearch\nsegments: { a: { attribute: v, dottedVersion: \">= 1.x\" } }" },
        { "flag: newSearch", "flag: newSearch\nsegments: { a: { attribute: v, inNetworks: [home] } }" },
        { "flag: newSearch", "flag: newSearch\nsegments: { a: { attribute: v, inNetworks: [] } }" },
        { "flag: newSearch", "flag: newSearch\nsegments: { a: { attribute: v, matches: \"\" } }" },
        { "flag: newSearch", "flag: newSearch\nsegments: { a: { attribute: v, equals: a, ignoreCase: maybe } }" },
        { "flag: newSearch", "flag: newSearch\nstickiness: user" },
        { "flag: newSearch", "flag: newSearch\nstickyBy: \"\"" },
        { "flag: newSearch", "flag: newSearch\nchannels: [ { name: a, kind: pigeon, target: \"http://a\" } ]" },
        { "flag: newSearch", "flag: newSearch\nalerts: [ { name: a, action: investigate } ]" },
        { "flag: newSearch", "flag: newSearch\nhealthChecks: [ { name: a } ]" },
        { "flag: newSearch", "flag: newSearch\nrisks: [ { name: a, kind: cosmic, mitigation: none } ]" },
        { "flag: newSearch", "flag: newSearch\nteams: [ { name: a } ]" },
        { "flag: newSearch", "flag: newSearch\ncalendar: { changeWindows: [ { days: [someday], from: \"09:00\", to: \"10:00\" } ] }" },
        { "flag: newSearch", "flag: newSearch\njudgement: { coverage: 2 }" },
        { "flag: newSearch", "flag: newSearch\njudgement: { closerWatch: true }" },
        { "flag: newSearch", "flag: newSearch\nlegacy: { capacity: 10% }" },
        { "flag: newSearch", "flag: newSearch\nlegacy: { capacity: 110%, per: 1m }" },
        { "flag: newSearch", "flag: newSearch\nlegacy: { capacity: 10%, per: soon }" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: graphite, url: \"http://p\", series: { requests: { counter: \"r{v='$variant'}\" } } } ]" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"ftp://p\", series: { requests: { counter: \"r{v='$variant'}\" } } } ]" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", series: { requests: { unit: s } } } ]" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", credentials: A B, series: { requests: { counter: \"r{v='$variant'}\" } } } ]" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", variants: {}, series: { requests: { counter: \"r{$selector}\" } } } ]" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: prometheus, url: \"http://p\", variants: { old: a }, series: { requests: { counter: \"r{$selector}\" } } } ]" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: json, url: \"http://p\", delay: soon, series: { requests: { gauge: $.x, variant: new } } } ]" },
        { "flag: newSearch", "flag: newSearch\nsources: [ { name: p, kind: json, url: \"http://p\", series: { requests: { gauge: $.x, count: $.x, variant: new } } } ]" },
        { "flag: newSearch", "flag: newSearch\nenvironments: { production: { flag: {} } }" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_sample_plan_fits_the_published_schema(string file)
    {
        var schema = await Schema();

        Assert.Empty(schema.Validate(Json(Samples.Plan(file))));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_the_schema_refuses_the_reader_refuses_too(string found, string broken)
    {
        var schema = await Schema();
        var minimal = Samples.Plan("minimal.yaml");
        Assert.Contains(found, minimal, StringComparison.Ordinal);
        var text = minimal.Replace(found, broken, StringComparison.Ordinal);

        Assert.NotEmpty(schema.Validate(Json(text)));
        Assert.NotEmpty(PlanText.Read(text).Errors);
    }

    [Theory]
    [InlineData("for: 5m", "for: 1h30m")]
    [InlineData("for: 5m", "for: 1d2h3m4.5s, coolDown: 1h1ms")]
    [InlineData("hold: 1d", "hold: 1d12h")]
    [InlineData("when: error_rate > 1%, for: 5m", "when: error_rate > 1% and (absent(requests) or error_rate > 5%) for 1h30m, onNoData: rollback after 1h30m")]
    [InlineData("  - name: public", "  - name: public\n    duration: 1d12h..1w2d")]
    [InlineData("flag: newSearch", "flag: newSearch\nonStale: last for 1m30s, then legacy")]
    [InlineData("flag: newSearch", "flag: newSearch\napprovals: { roles: { product: 1, engineering: 2 }, quorum: 4 }")]
    [InlineData("action: rollback", "action: review, roles: { product: 1, support: 1 }")]
    public async Task The_schema_and_the_reader_take_the_same_durations_conditions_and_roles(string found, string other)
    {
        var minimal = Samples.Plan("minimal.yaml");
        Assert.Contains(found, minimal, StringComparison.Ordinal);
        var text = minimal.Replace(found, other, StringComparison.Ordinal);

        Assert.Empty((await Schema()).Validate(Json(text)));
        Assert.Empty(PlanText.Read(text).Errors);
    }

    [Fact]
    public async Task The_schema_and_the_reader_know_the_same_keys()
    {
        var schema = await Schema();

        foreach (var keys in PlanKeys.All)
        {
            var definition = keys.Definition == "plan" ? schema : schema.Definitions[keys.Definition];
            Assert.Equal(keys.Keys.Order(), definition.Properties.Keys.Order());
            Assert.False(definition.AllowAdditionalProperties);
        }

        var objects = schema.Definitions.Where(d => d.Value.Properties.Count > 0).Select(d => d.Key);
        Assert.Equal(objects.Append("plan").Order(), PlanKeys.All.Select(k => k.Definition).Order());
    }

    [Fact]
    public async Task The_schema_offers_the_words_the_reader_knows()
    {
        var schema = await Schema();

        Assert.Equal(PlanVocabulary.Actions, Words(schema.Definitions["trigger"].Properties["action"]));
        Assert.Equal(PlanVocabulary.Stickiness, Words(schema.Properties["stickiness"]));
        Assert.Equal(PlanVocabulary.Risks, Words(schema.Definitions["phase"].Properties["risk"]));
        Assert.Equal(PlanVocabulary.Roles, Words(schema.Definitions["team"].Properties["role"]));
        Assert.Equal(PlanVocabulary.Levels, Words(schema.Definitions["alert"].Properties["level"]));
        Assert.Equal(PlanVocabulary.AlertActions, Words(schema.Definitions["alert"].Properties["action"]));
        Assert.Equal(PlanVocabulary.AlertEvents, Words(schema.Definitions["alert"].Properties["event"]));
        Assert.Equal(PlanVocabulary.Tests, Words(schema.Definitions["trigger"].Properties["test"]));
        Assert.Equal(PlanVocabulary.SourceKinds, Words(schema.Definitions["source"].Properties["kind"]));
        Assert.Equal(SampleUnits.All, Words(schema.Definitions["sourceSeries"].Properties["unit"]));
        Assert.Equal(PlanVocabulary.ChannelKinds, Words(schema.Definitions["channel"].Properties["kind"]));
    }

    [Fact]
    public void The_reference_names_every_key()
    {
        var reference = Samples.Doc("plan-reference.md");

        foreach (var key in PlanKeys.All.SelectMany(k => k.Keys).Distinct())
        {
            Assert.Contains($"`{key}`", reference, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Words(JsonSchema schema) => schema.Enumeration.Select(word => (string)word!);

    private static Task<JsonSchema> Schema() => JsonSchema.FromJsonAsync(Samples.Doc("plan.schema.json"));

    private static string Json(string yaml) => CanonicalJson.Write(YamlText.Parse(yaml, out _)!);
}
