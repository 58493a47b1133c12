using System.Collections;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// JSON of the states of a world. A property that can be set, or that the constructor takes, is stored; all others are computed from them.
/// Equal states have equal text, whatever the order of their hash tables.
/// </summary>
internal static class StateJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Property of the constructor or with a setter, by its name; else it is computed.</summary>
    public static bool IsStored(PropertyInfo property) =>
        property.GetIndexParameters().Length == 0
        && (property.SetMethod is { IsPublic: true } || Parameters(property.DeclaringType!).Contains(property.Name));

    private static HashSet<string> Parameters(Type type) =>
        [.. type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.Name!)];

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            // A value of evidence may be infinite.
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Keep } },
            Converters = { new PlanByHash(), new FactsByHash(), new ImmutableJson() },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void Keep(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        if (info.Type.IsAbstract || info.Type == typeof(object))
        {
            throw new NotSupportedException($"{info.Type} needs a converter: its states may be of several types.");
        }

        // A parameter that is left out would be null, and a property that is left out is the initial one.
        var parameters = Parameters(info.Type);
        var initial = info.Type.GetProperty("Initial", BindingFlags.Public | BindingFlags.Static) is { } found && found.PropertyType == info.Type
            ? found.GetValue(null)
            : null;
        for (var i = info.Properties.Count - 1; i >= 0; i--)
        {
            var property = info.Properties[i];
            if (property.AttributeProvider is not PropertyInfo member || !IsStored(member))
            {
                info.Properties.RemoveAt(i);
                continue;
            }

            var without = initial is null || parameters.Contains(member.Name) ? null : member.GetValue(initial);
            property.ShouldSerialize = (_, value) => !Equals(value, without) && !(IsEmpty(value) && IsEmpty(without));
        }
    }

    /// <summary>True for a dictionary or set without entries; an array that was never set has not even a length.</summary>
    private static bool IsEmpty(object? value) => value is not IList && value is ICollection { Count: 0 };
}
