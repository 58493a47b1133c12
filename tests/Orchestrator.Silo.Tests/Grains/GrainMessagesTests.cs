using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Domain.Access;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Quantities;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Log;
using Orchestrator.Grains.Serialization;
using Orleans.Serialization;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>Our types in a call between silos. Within one silo nothing is copied, so only this shows it.</summary>
public sealed class GrainMessagesTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddGrainMessages().BuildServiceProvider();

    [Fact]
    public void A_case_of_a_closed_family_arrives_as_that_case()
    {
        AccessCommand command = new AccessCommand.Create("id", "name", Role.Evaluation, "staging", "hash");
        Assert.Equal(command, Cross(command));
    }

    [Fact]
    public void Immutable_arrays_of_records_arrive()
    {
        EnvironmentCommand sent = new EnvironmentCommand.Set([new StaticFlag("a", "1"), new StaticFlag("b", "{}")]);
        var arrived = Assert.IsType<EnvironmentCommand.Set>(Cross(sent));
        Assert.Equal(((EnvironmentCommand.Set)sent).Flags.AsEnumerable(), arrived.Flags);
        Assert.Equal([1, 2], Cross(ImmutableArray.Create(1, 2)).AsEnumerable());
    }

    [Fact]
    public void Closed_families_within_records_arrive()
    {
        var rule = new Rule(new Condition.Comparison(new Subject("error_rate"), Operator.Above, new Limit.Fixed(new Quantity(0.005, Unit.Ratio))),
            TimeSpan.FromMinutes(5), null, "error_rate > 0.5%");
        Assert.Equal(rule, Cross(rule));
        Assert.True(ConditionParser.TryParse("error_rate > 1% over 1h and (absent(requests) or alert(Disk)) for 1h30m", out var joined, out _));
        Assert.Equal(joined, Cross(joined));
        Baseline baseline = new Baseline.Legacy();
        Assert.Equal(baseline, Cross(baseline));
    }

    [Fact]
    public void Envelope_and_result_arrive()
    {
        var envelope = new Envelope("c", Actor.User("k", "devops"), true, 7, null, "trace");
        Assert.Equal(envelope, Cross(envelope));
        var result = CommandResult.Invalid(new InputError("a.b", "wrong", 3));
        var arrived = Cross(result);
        Assert.Equal(result.Code, arrived.Code);
        Assert.Equal(result.Errors, arrived.Errors);
    }

    [Fact]
    public void What_a_store_throws_arrives_with_what_led_to_it()
    {
        var arrived = Assert.IsType<StorageUnavailableException>(
            Cross<Exception>(new StorageUnavailableException("away", new Npgsql.NpgsqlException("refused"))));
        Assert.Equal(("away", "refused"), (arrived.Message, arrived.InnerException?.Message));
    }

    private static T Cross<T>(T sent)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(sent))!;
    }
}
