using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Quantities;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Tests.Rollouts;
using Orchestrator.Grains.World;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Silo.Tests.Snapshots;

/// <summary>No type of state loses anything in a snapshot.</summary>
public sealed class StateJsonTests
{
    private static readonly Type[] WithOwnForm =
        [typeof(Plan), typeof(MemberSet), typeof(SegmentDefinition), typeof(SegmentState), typeof(Share)];

    private int _made;

    [Fact]
    public void Each_type_of_state_keeps_every_property()
    {
        var types = StateStamp.Types().Keys.Where(type => !type.IsGenericTypeDefinition).ToArray();
        Assert.Contains(typeof(RolloutState), types);
        Assert.Contains(typeof(Domain.Rollouts.Rules.Evidence), types);
        Assert.All(types, type =>
        {
            var filled = Filled(type);
            foreach (var property in WithOwnForm.Contains(type) ? [] : StateStamp.Types()[type])
            {
                Assert.False(IsAbsent(property.GetValue(filled)), $"{type.Name}.{property.Name} was not filled.");
            }

            Assert.Equal(Picture.Of(filled), Picture.Of(Copy(filled, type)));
        });
    }

    [Fact]
    public void Each_field_of_a_type_of_state_belongs_to_a_stored_property() =>
        Assert.All(StateStamp.Types().Keys.Except(WithOwnForm), type =>
        {
            var stored = StateStamp.Types()[type].Select(property => property.Name).ToArray();
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                Assert.True(
                    stored.Any(name => field.Name == $"<{name}>k__BackingField"), $"{type.Name} has the field {field.Name}, which is not stored.");
            }
        });

    [Fact]
    public void States_before_the_first_event_come_back_as_they_were()
    {
        Assert.Equal("{}", JsonSerializer.Serialize(RolloutState.Initial, StateJson.Options));
        Assert.Equal(Picture.Of(RolloutState.Initial), Picture.Of(Copy(RolloutState.Initial, typeof(RolloutState))));
        Assert.Equal(Picture.Of(SegmentState.Initial), Picture.Of(Copy(SegmentState.Initial, typeof(SegmentState))));
    }

    [Fact]
    public void Array_that_was_never_set_and_ordinal_order_are_kept()
    {
        Assert.True(((ImmutableArray<string>)Copy(default(ImmutableArray<string>), typeof(ImmutableArray<string>))).IsDefault);
        Assert.False(((ImmutableArray<string>)Copy(ImmutableArray<string>.Empty, typeof(ImmutableArray<string>))).IsDefault);
        var sorted = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal).Add("a", 1).Add("B", 2);
        var copy = (ImmutableSortedDictionary<string, int>)Copy(sorted, sorted.GetType());
        Assert.Equal(["B", "a"], copy.Keys);
        Assert.Same(StringComparer.Ordinal, copy.KeyComparer);
    }

    [Fact]
    public void Plan_of_many_rollouts_is_stored_once()
    {
        var world = Histories.Recorded(
            from i in Enumerable.Range(0, 40)
            let created = RolloutDecider.Decide(
                RolloutState.Initial, new RolloutCommand.Create($"r{i}", Doings.Plan, 1, "production", "salt"), Actor.System, Some.Start)
            from happened in ((Decision<RolloutEvent>.Accepted)created).Events
            select new Told(RolloutEvents.Stream($"r{i}"), RolloutEvents.Catalog.Write(happened, Guid.NewGuid()), Some.Start, Actor.System))
            .Aggregate(World.Empty, WorldFolds.Fold);
        var streams = world.Ends.Keys.Order().ToArray();

        var documents = PlanTable.With(new Dictionary<string, string>(), table =>
        {
            JsonSerializer.Serialize(WorldPart.Of(world, streams), StateJson.Options);
            return table.Documents;
        });

        Assert.Equal([Doings.Plan.Hash], documents.Keys);
        var bytes = PartBytes.Write(WorldPart.Of(world, streams));
        var read = PartBytes.Read(PartBytes.NameOf(bytes), bytes);
        Assert.Single(read.Rollouts.Select(one => one.Value.State.Plan).Distinct(ReferenceEqualityComparer.Instance));
    }

    private static object Copy(object? value, Type type)
    {
        var (documents, json) = PlanTable.With(new Dictionary<string, string>(), table =>
        {
            var written = JsonSerializer.Serialize(value, type, StateJson.Options);
            return (table.Documents, written);
        });
        return PlanTable.With(documents, _ => JsonSerializer.Deserialize(json, type, StateJson.Options)!);
    }

    private static bool IsAbsent(object? value) => value is null || (value is string text ? text.Length == 0
        : value is IEnumerable items ? items.GetType().GetProperty("IsDefault")?.GetValue(items) is true || !items.Cast<object?>().Any()
        : value.GetType().IsValueType && value.Equals(RuntimeHelpers.GetUninitializedObject(value.GetType())));

    /// <summary>A value that differs from every other and from the default one.</summary>
    private object Filled(Type type)
    {
        _made++;
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        return inner == typeof(string) ? $"text {_made}"
            : inner == typeof(bool) ? true
            : inner == typeof(int) ? _made
            : inner == typeof(long) ? _made + (1L << 40)
            : inner == typeof(double) ? _made + (1 / 3d)
            : inner == typeof(DateTimeOffset) ? Some.Start.AddTicks((_made * 10_000_019L) + 1)
            : inner == typeof(TimeSpan) ? TimeSpan.FromTicks((_made * 10_000_019L) + 1)
            : inner == typeof(Share) ? Share.Of(_made % 1000)
            : inner == typeof(ReadOnlyMemory<byte>) ? (ReadOnlyMemory<byte>)new[] { (byte)_made, (byte)1 }
            : inner == typeof(Plan) ? Doings.Plan
            : inner == typeof(SegmentDefinition) ? Doings.Plan.Segments[0].Definition
            : inner == typeof(MemberSet) || inner == typeof(SegmentState) ? Segment(inner)
            : inner.IsEnum ? Enum.GetValues(inner).GetValue(Enum.GetValues(inner).Length - 1)!
            : inner.IsArray ? FilledArray(inner.GetElementType()!)
            : inner.IsGenericType && inner.Namespace == typeof(ImmutableArray).Namespace ? FilledCollection(inner)
            : FilledRecord(inner);
    }

    private Array FilledArray(Type element)
    {
        var array = Array.CreateInstance(element, 2);
        array.SetValue(Filled(element), 0);
        array.SetValue(Filled(element), 1);
        return array;
    }

    private object FilledCollection(Type type)
    {
        var arguments = type.GetGenericArguments();
        var empty = type.GetField("Empty")!.GetValue(null)!;
        if (arguments.Length == 2)
        {
            empty = empty is ImmutableSortedDictionary<string, Domain.Alerts.AlertGroup> sorted
                ? sorted.WithComparers(StringComparer.Ordinal)
                : empty;
            return type.GetMethod("Add", arguments)!.Invoke(empty, [Filled(arguments[0]), Filled(arguments[1])])!;
        }

        return type.GetMethod("Add", arguments)!.Invoke(empty, [Filled(arguments[0])])!;
    }

    private object FilledRecord(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length);
        var made = constructor is null
            ? RuntimeHelpers.GetUninitializedObject(type)
            : constructor.Invoke([.. constructor.GetParameters().Select(parameter => Filled(parameter.ParameterType))]);
        foreach (var property in type.GetProperties().Where(StateJson.IsStored).Where(one => one.SetMethod is { IsPublic: true }))
        {
            property.SetValue(made, Filled(property.PropertyType));
        }

        return made;
    }

    private static object Segment(Type type)
    {
        byte[] key = [7, 8, 9];
        var state = SegmentState.Initial;
        SegmentEvent[] events =
        [
            new SegmentEvent.SegmentDefined(
                Doings.Plan.Segments[0].Definition with { Balance = new Balance(["region"], 0.05, 1, []) { Measured = true } }, key),
            .. Enumerable.Range(0, 40).Select(i => new SegmentEvent.MembersChanged([MemberHash.Of($"u{i}", key)], [MemberHash.Of($"u{i - 30}", key)])),
            new SegmentEvent.PopulationMeasured(0.3m, 1000, 300),
        ];
        foreach (var happened in events)
        {
            state = state.Evolve(new Happened<SegmentEvent>(1, Some.Start, Actor.System, happened));
        }

        Assert.NotEmpty(state.Members.Changes);
        return type == typeof(MemberSet) ? state.Members : state;
    }
}
