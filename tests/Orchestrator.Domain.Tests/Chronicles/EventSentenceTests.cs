using System.Text.Json;
using Orchestrator.Domain.Chronicles;
using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Domain.Tests.Chronicles;

/// <summary>Every event has a sentence: one that is added to the family without a sentence fails here.</summary>
public sealed class EventSentenceTests
{
    private static readonly RolloutState State = Chronicle.Of(Recorded.Read("1.0-chat-rolled-back.ndjson")).State;

    public static TheoryData<string> Names => [.. RolloutEvents.Catalog.Names.Select(name => name.Public).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_event_has_a_sentence_of_its_own(string name)
    {
        var happened = (RolloutEvent)Made(typeof(RolloutEvent).GetNestedType(name)!)!;
        var text = EventSentences.Of(happened, State);
        Assert.NotEqual(name + ".", text);
        Assert.Matches("^[^ a-z].*[.!?]$", text);
    }

    /// <summary>A value of the type, as small as it can be.</summary>
    private static object? Made(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Made(inner)
        : type == typeof(string) ? "some name"
        : type == typeof(JsonElement) ? JsonDocument.Parse("{}").RootElement
        : type.IsArray ? Array.CreateInstance(type.GetElementType()!, 0)
        : type.IsValueType ? Activator.CreateInstance(type)
        : type.GetConstructors().MaxBy(one => one.GetParameters().Length) is { } constructor
            ? constructor.Invoke([.. constructor.GetParameters().Select(parameter => Made(parameter.ParameterType))])
            : null;
}
