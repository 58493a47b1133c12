using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// Immutable collections without loss: an array that was never set stays so, sorted dictionaries keep their ordinal order, and hash tables
/// are written in it.
/// </summary>
internal sealed class ImmutableJson : JsonConverterFactory
{
    private static readonly Dictionary<Type, Type> Known = new()
    {
        [typeof(ImmutableArray<>)] = typeof(OfArray<>),
        [typeof(ImmutableHashSet<>)] = typeof(OfSet<>),
        [typeof(ImmutableDictionary<,>)] = typeof(OfDictionary<,>),
        [typeof(ImmutableSortedDictionary<,>)] = typeof(OfSorted<,>),
    };

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && Known.ContainsKey(typeToConvert.GetGenericTypeDefinition());

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var own = Known[typeToConvert.GetGenericTypeDefinition()].MakeGenericType(typeToConvert.GetGenericArguments());
        return (JsonConverter)Activator.CreateInstance(own)!;
    }

    private static IComparer<TKey> Ordinal<TKey>() =>
        StringComparer.Ordinal as IComparer<TKey> ?? throw new NotSupportedException($"Keys of type {typeof(TKey)} have no ordinal order.");

    private static Dictionary<string, TValue> Values<TValue>(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<Dictionary<string, TValue>>(ref reader, options) ?? throw new JsonException("no dictionary");

    private static void Write<TKey, TValue>(
        Utf8JsonWriter writer, IEnumerable<KeyValuePair<TKey, TValue>> values, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in values)
        {
            writer.WritePropertyName((string)(object)key!);
            JsonSerializer.Serialize(writer, value, options);
        }

        writer.WriteEndObject();
    }

    private sealed class OfArray<T> : JsonConverter<ImmutableArray<T>>
    {
        public override bool HandleNull => true;

        public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<T[]>(ref reader, options) is { } items ? [.. items] : default;

        public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options)
        {
            if (value.IsDefault)
            {
                writer.WriteNullValue();
                return;
            }

            writer.WriteStartArray();
            foreach (var item in value)
            {
                JsonSerializer.Serialize(writer, item, options);
            }

            writer.WriteEndArray();
        }
    }

    private sealed class OfSet<T> : JsonConverter<ImmutableHashSet<T>>
    {
        public override ImmutableHashSet<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            [.. JsonSerializer.Deserialize<T[]>(ref reader, options)!];

        public override void Write(Utf8JsonWriter writer, ImmutableHashSet<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Order(Ordinal<T>()).ToArray(), options);
    }

    private sealed class OfDictionary<TKey, TValue> : JsonConverter<ImmutableDictionary<TKey, TValue>>
        where TKey : notnull
    {
        public override ImmutableDictionary<TKey, TValue> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (ImmutableDictionary<TKey, TValue>)(object)Values<TValue>(ref reader, options).ToImmutableDictionary();

        public override void Write(Utf8JsonWriter writer, ImmutableDictionary<TKey, TValue> value, JsonSerializerOptions options) =>
            ImmutableJson.Write(writer, value.OrderBy(one => one.Key, Ordinal<TKey>()), options);
    }

    private sealed class OfSorted<TKey, TValue> : JsonConverter<ImmutableSortedDictionary<TKey, TValue>>
        where TKey : notnull
    {
        public override ImmutableSortedDictionary<TKey, TValue> Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (ImmutableSortedDictionary<TKey, TValue>)(object)Values<TValue>(ref reader, options)
                .ToImmutableSortedDictionary(StringComparer.Ordinal);

        public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<TKey, TValue> value, JsonSerializerOptions options) =>
            ImmutableJson.Write(writer, value, options);
    }
}
