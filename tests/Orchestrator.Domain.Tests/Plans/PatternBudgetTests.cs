using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

/// <summary>Regular expressions of a whole plan: each costs processor time to make, before a rule can be refused.</summary>
public sealed class PatternBudgetTests
{
    [Theory]
    [InlineData(100, 0)]
    [InlineData(102, 2)]
    public void Plan_makes_a_bounded_number_of_regular_expressions(int patterns, int refused)
    {
        var segments = string.Concat(Enumerable.Range(0, patterns).Select(i => $"  s{i}: {{ title: t, any: [ {{ attribute: a, matches: 'x{i}' }} ] }}\n"));

        var errors = PlanText.Read($"plan: p\nflag: f\nsegments:\n{segments}phases: [ {{ name: a, steps: [ {{ name: s, percentage: 10%, hold: 1h }} ] }} ]\n").Errors;

        Assert.Equal(refused, errors.Count(error => error.Message.Contains("beyond the 100", StringComparison.Ordinal)));
        Assert.Equal(refused, errors.Length);
    }
}
