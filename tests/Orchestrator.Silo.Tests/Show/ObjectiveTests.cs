using System.Text.Json;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>Objectives of people, and their ticks.</summary>
public sealed class ObjectiveTests
{
    [Fact]
    public async Task Validation_ends_with_the_last_of_its_five_objectives_and_by_no_time()
    {
        await using var rollout = await Driving.Started(Strategy.Plan, Strategy.Sampling);
        foreach (var objective in (string[])["architecture-design", "unit-and-integration-testing", "performance-benchmarking", "compatibility-verification", "error-handling-validation"])
        {
            rollout.Silo.Time.Advance(TimeSpan.FromDays(30));
            await rollout.Round();
            Assert.Equal("validation/validation 0 running", await rollout.Place());
            await rollout.Ask("complete-objective", new { objective });
        }

        Assert.Equal("shadow/shadow 0 running", await rollout.Place());
    }

    [Fact]
    public async Task Every_objective_of_the_strategy_is_ticked_once_by_name()
    {
        await using var rollout = await Driving.Started(Strategy.Plan, Strategy.Sampling);
        foreach (var phase in (string[])["validation", "shadow", "beta", "3a-10", "full", "deprecation"])
        {
            await rollout.OverrideTo(phase);
            await rollout.CompleteObjectives();
        }

        var objectives = (await rollout.Read()).GetProperty("objectives").EnumerateArray().ToArray();
        Assert.All(objectives, o => Assert.True(o.GetProperty("completed").GetBoolean(), o.ToString()));
        Assert.Equal(
            objectives.Select(o => Text(o, "name")).Order(),
            (await rollout.Events("ObjectiveCompleted")).Select(e => Text(e.GetProperty("data"), "objective")).Order());
        Assert.Contains("Document lessons learned", objectives.Select(o => Text(o, "title")));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
