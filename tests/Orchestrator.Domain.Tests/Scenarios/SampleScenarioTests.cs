using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Scenarios;
using Orchestrator.Domain.Tests.Plans;
using Orchestrator.PlanFiles;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.Tests.Scenarios;

/// <summary>The scenarios that lie beside the strategy's plan.</summary>
public sealed class SampleScenarioTests
{
    private static readonly Domain.Plans.Plan Plan = PlanText.Read(Samples.ChatArchitecture).Plan!;
    private static readonly ScenarioReading Reading = PlanSource.Of(Samples.Plan("chat-architecture.scenarios.yaml")).Scenarios(Plan);

    public static TheoryData<string> Names => [.. Reading.Scenarios.Select(scenario => scenario.Name).DefaultIfEmpty("none is read")];

    [Fact]
    public void At_least_ten_are_read_without_an_error()
    {
        Assert.Empty(Reading.Errors.Select(error => $"{error.Line}: {error.Path}: {error.Message}"));
        Assert.InRange(Reading.Scenarios.Length, 10, ScenarioReader.Most);
        Assert.DoesNotContain(Reading.Scenarios, scenario => scenario.Expect.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_ends_as_it_expects(string name) => Assert.Empty(ScenarioVerdict.Of(Run(name)).Select(one => one.ToString()));

    [Fact]
    public void Every_trigger_of_the_strategy_fires_in_one()
    {
        var fired = Reading.Scenarios.Where(scenario => scenario.Name != "whole-strategy")
            .SelectMany(scenario => Run(scenario.Name).Events.Select(one => one.Event).OfType<TriggerFired>())
            .Select(one => one.Trigger).ToHashSet();
        var later = Plan.Phases.SelectMany(phase => phase.Triggers.Concat(phase.Steps.SelectMany(step => step.Triggers)));

        // Both limited steps have the same rule.
        Assert.Equal(["3a-25-error-rate"], Plan.Triggers.Concat(later).Select(trigger => trigger.Name).Where(one => !fired.Contains(one)));
    }

    [Fact]
    public async Task File_fits_the_published_schema()
    {
        var schema = await NJsonSchema.JsonSchema.FromJsonAsync(Samples.Doc("scenarios.schema.json"));
        Assert.Empty(schema.Validate(CanonicalJson.Write(PlanSource.Of(Samples.Plan("chat-architecture.scenarios.yaml")).Root!)));
    }

    [Fact]
    public async Task Schema_and_reader_know_the_same_keys()
    {
        var schema = await NJsonSchema.JsonSchema.FromJsonAsync(Samples.Doc("scenarios.schema.json"));
        foreach (var keys in ScenarioKeys.All)
        {
            var definition = keys.Definition switch
            {
                "file" => schema,
                "level" => schema.Definitions["level"].AnyOf.Single(one => one.Properties.Count > 0),
                var name => schema.Definitions[name],
            };
            Assert.Equal(keys.Keys.Order(StringComparer.Ordinal), definition.Properties.Keys.Order(StringComparer.Ordinal));
            Assert.False(definition.AllowAdditionalProperties, keys.Definition);
        }
    }

    [Fact]
    public void Reference_names_every_key()
    {
        var reference = Samples.Doc("scenarios.md");
        foreach (var key in ScenarioKeys.All.SelectMany(keys => keys.Keys).Distinct())
        {
            Assert.Matches($@"\b{key}\b", reference);
        }
    }

    private static ScenarioRun Run(string name) => ScenarioRunner.Of(Plan, Reading.Scenarios.Single(one => one.Name == name))!;
}
