using System.Text.Json;
using Orchestrator.Domain.Rollouts.Amending;

namespace Orchestrator.Domain.Tests.Rollouts.Amending;

/// <summary>Plans get keys that the rules of amendments do not know yet; they must not slip through.</summary>
public sealed class LaterBuildKeyTests
{
    [Theory]
    [InlineData("""{ "phases": [ { "name": "p", "steps": [ { "name": "s", "crowd": [1] } ] } ] }""", """{ "phases": [ { "name": "p", "steps": [ { "name": "s", "crowd": [2] } ] } ] }""", "phases[0].steps[0].crowd")]
    [InlineData("""{ "phases": [] }""", """{ "phases": [ { "name": "p", "steps": [ { "name": "s", "crowd": [2] } ] } ] }""", "phases[0].steps[0].crowd")]
    [InlineData("""{ "later": "14d" }""", """{ }""", "later")]
    [InlineData("""{ "triggers": [ { "name": "t", "quiet": 1 } ] }""", """{ "triggers": [ { "name": "u" }, { "name": "t", "quiet": 2 } ] }""", "triggers[1].quiet")]
    [InlineData("""{ "approvals": { "roles": { "product": 1, "engineering": 1 } } }""", """{ "approvals": { "roles": ["product", "engineering"] } }""", "approvals.roles")]
    [InlineData("""{ "phases": [ { "name": "p", "review": { "roles": { "product": 1 } } } ] }""", """{ "phases": [ { "name": "p", "review": { "roles": { "product": 2 } } } ] }""", "phases[0].review.roles")]
    [InlineData("""{ "title": "a", "phases": [ { "name": "p", "steps": [ { "hold": "1h" } ] } ] }""", """{ "title": "b", "phases": [ { "name": "p", "steps": [ { "hold": "2h" } ] } ] }""")]
    [InlineData("""{ "approvals": { "roles": ["product"] }, "later": [ { "a": 1.0 } ] }""", """{ "approvals": { "roles": ["support"] }, "later": [ { "a": 1.0 } ] }""")]
    public void What_no_rule_knows_is_found_wherever_it_stands(string before, string after, params string[] paths) =>
        Assert.Equal(paths, KeyLevel.Plan.Differences("", JsonElement.Parse(before), JsonElement.Parse(after)));
}
