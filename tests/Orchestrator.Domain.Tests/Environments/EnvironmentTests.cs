using System.Text;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;

namespace Orchestrator.Domain.Tests.Environments;

public sealed class EnvironmentTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1.50")]
    [InlineData("\"text\"")]
    [InlineData("{\"a\":[1,{\"b\":null}]}")]
    public void Flag_value_is_kept_as_json_and_read_back(string json)
    {
        var written = EnvironmentEvents.Catalog.Write(new EnvironmentEvent.FlagSet("k", json), Guid.Empty);
        Assert.Equal($$"""{"key":"k","value":{{json}}}""", Encoding.UTF8.GetString(written.Data.Span));
        var read = EnvironmentEvents.Catalog.Read(new RecordedEvent
        {
            Position = 1,
            Stream = "environment/e",
            Version = 1,
            Id = written.Id,
            Type = written.Type,
            Schema = 1,
            At = default,
            Actor = Actor.System,
            Cause = null,
            Correlation = null,
            CommandId = "c",
            Data = written.Data,
            Hash = default,
        });
        Assert.Equal(new EnvironmentEvent.FlagSet("k", json), read);
    }

    [Fact]
    public void Only_flags_that_change_leave_events()
    {
        var state =
            EnvironmentState.Initial.Evolve(new Happened<EnvironmentEvent>(1, default, Actor.System, new EnvironmentEvent.FlagSet("a", "{\"x\":1,\"y\":2}")));
        var decision = EnvironmentDecider.Decide(state, new EnvironmentCommand.Set([new StaticFlag("a", "{ \"y\": 2, \"x\": 1 }"), new StaticFlag("b", "1")]));
        var accepted = Assert.IsType<Decision<EnvironmentEvent>.Accepted>(decision);
        Assert.Equal(new EnvironmentEvent.FlagSet("b", "1"), Assert.Single(accepted.Events));
        Assert.Empty(
            Assert.IsType<Decision<EnvironmentEvent>.Accepted>(EnvironmentDecider.Decide(state, new EnvironmentCommand.Remove("c"))).Events);
    }

    [Fact]
    public void First_salt_of_a_plan_stays()
    {
        var state = EnvironmentState.Initial;
        foreach (var salt in (string[])["first", "second"])
        {
            foreach (var happened in Assert.IsType<Decision<EnvironmentEvent>.Accepted>(
                EnvironmentDecider.Decide(state, new EnvironmentCommand.KeepSalt("search", salt))).Events)
            {
                state = state.Evolve(new Happened<EnvironmentEvent>(1, default, Actor.System, happened));
            }
        }

        Assert.Equal("first", Assert.Single(state.Salts).Value);
        Assert.Equal("environment.plan_salted", EnvironmentEvents.Catalog.Write(new EnvironmentEvent.PlanSalted("search", "first"), Guid.Empty).Type);
    }
}
