using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Orchestrator.Api.Client;

namespace Orchestrator.Api.OpenApi;

/// <summary>
/// Schemas of the client's types. A member that cannot be null is always there; the API writes no nulls. Further members may follow in
/// newer builds.
/// </summary>
internal static class WireSchemas
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Lock Gate = new();

    /// <summary>Schemas of every type that the operations name, directly or by another type.</summary>
    public static Dictionary<string, IOpenApiSchema> Components(OpenApiDocument document)
    {
        var found = new Dictionary<Type, IOpenApiSchema>();
        foreach (var one in WireOperation.All.Values.SelectMany(operation => operation.Each))
        {
            foreach (var type in (Type?[])[one.Body, one.Answer, one.OtherAnswer, one.Accepted, typeof(Problem), typeof(LoggedEvent)])
            {
                Add(type, document, found);
            }
        }

        return found.OrderBy(one => one.Key.Name, StringComparer.Ordinal).ToDictionary(one => one.Key.Name, one => one.Value);
    }

    /// <summary>The schema of a type: a reference for a record.</summary>
    public static IOpenApiSchema Of(Type type, OpenApiDocument? document)
    {
        var known = Nullable.GetUnderlyingType(type) ?? type;
        return known == typeof(string) ? new OpenApiSchema { Type = JsonSchemaType.String }
            : known == typeof(int) ? new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" }
            : known == typeof(long) ? new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" }
            : known == typeof(double) || known == typeof(decimal) ? new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" }
            : known == typeof(bool) ? new OpenApiSchema { Type = JsonSchemaType.Boolean }
            : known == typeof(DateTimeOffset) ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }
            : known == typeof(JsonElement) ? new OpenApiSchema()
            : Item(known) is { } item ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = Of(item, document) }
            : Value(known) is { } value ? new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Of(value, document) }
            : new OpenApiSchemaReference(known.Name, document);
    }

    /// <summary>The schema of a member, with its words and its sentence.</summary>
    public static IOpenApiSchema Of(PropertyInfo property, OpenApiDocument? document)
    {
        var schema = Of(property.PropertyType, document);
        if (schema is OpenApiSchema own)
        {
            own.Description = Sentences.Of(property);
            own.Enum = Words(property) is { } words ? [.. words.Select(word => (JsonNode)word)] : own.Enum;
        }
        else if (schema is OpenApiSchemaReference reference)
        {
            reference.Description = Sentences.Of(property);
        }

        return schema;
    }

    /// <summary>Members of a record in the order of the code.</summary>
    public static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    /// <summary>Name of a member in JSON and in query strings.</summary>
    public static string Name(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>True for a member that may be left out.</summary>
    public static bool IsOptional(PropertyInfo property)
    {
        lock (Gate)
        {
            return Nullability.Create(property).ReadState == NullabilityState.Nullable;
        }
    }

    private static string[]? Words(PropertyInfo property) => property.GetCustomAttribute<WordsAttribute>()?.Words;

    private static void Add(Type? type, OpenApiDocument document, Dictionary<Type, IOpenApiSchema> found)
    {
        if (type is null || type == typeof(string) || type.Namespace != typeof(ApiClient).Namespace || found.ContainsKey(type))
        {
            return;
        }

        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = Sentences.Of(type),
            Properties = new Dictionary<string, IOpenApiSchema>(),
            Required = new HashSet<string>(),
        };
        found.Add(type, schema);
        foreach (var member in Members(type))
        {
            schema.Properties.Add(Name(member), Of(member, document));
            if (!IsOptional(member))
            {
                schema.Required.Add(Name(member));
            }

            Add(Inner(member.PropertyType), document, found);
        }
    }

    private static Type Inner(Type type) =>
        Nullable.GetUnderlyingType(type) ?? ((Item(type) ?? Value(type)) is { } part ? Inner(part) : type);

    private static Type? Item(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static Type? Value(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
        ? type.GetGenericArguments()[1]
        : null;
}
