using Orchestrator.Domain.Access;
using Orchestrator.Domain.Environments;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans.Registry;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Grains.Access;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Environments;
using Orchestrator.Grains.Plans;
using Orchestrator.Grains.Rollouts;
using Orchestrator.Grains.Segments;

namespace Orchestrator.Silo.Tests.Grains;

/// <summary>The grains of the aggregates take their commands under one name.</summary>
public sealed class AggregateGrainTests
{
    private static readonly (Type Grain, Type Command)[] Known =
    [
        (typeof(IAccessGrain), typeof(AccessCommand)),
        (typeof(IEnvironmentGrain), typeof(EnvironmentCommand)),
        (typeof(IPlanGrain), typeof(PlanCommand)),
        (typeof(IRolloutGrain), typeof(RolloutCommand)),
        (typeof(ISegmentGrain), typeof(SegmentCommand)),
    ];

    [Fact]
    public void Every_aggregate_has_its_grain()
    {
        var states = typeof(EventCatalog<>).Assembly.GetTypes().Count(type => !type.IsInterface
            && type.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IAggregateState<,>)));

        Assert.Equal(states, Known.Length);
    }

    [Fact]
    public void Every_grain_executes_commands() => Assert.All(Known, one =>
        Assert.Equal(typeof(Task<CommandResult>), one.Grain.GetMethod("Execute", [one.Command, typeof(Envelope)])?.ReturnType));
}
