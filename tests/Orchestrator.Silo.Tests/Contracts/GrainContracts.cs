using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Grains.Serialization;

namespace Orchestrator.Silo.Tests.Contracts;

/// <summary>
/// The contract between silos as text: grains, their interfaces, and each message that a method takes or gives, with all that it holds.
/// </summary>
internal sealed class GrainContracts
{
    private const BindingFlags Fields = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private readonly SortedDictionary<string, string> _messages = new(StringComparer.Ordinal);

    public static string Of(params Assembly[] assemblies)
    {
        var contracts = new GrainContracts();
        var types = assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => typeof(IAddressable).IsAssignableFrom(type) && !type.Namespace!.StartsWith("OrleansCodeGen", StringComparison.Ordinal))
            .OrderBy(type => type.FullName, StringComparer.Ordinal).ToArray();
        var text = new StringBuilder();
        foreach (var grain in types.Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            var name = grain.GetCustomAttribute<GrainTypeAttribute>() is { } named
                ? Value(grain, named.GetType())
                : Conventional(grain.Name);
            text.Append($"grain {grain.FullName} (type {name})\n");
        }

        foreach (var called in types.Where(type => type.IsInterface))
        {
            text.Append($"interface {called.FullName}{Marks(called)}\n");
            foreach (var line in called.GetMethods().Select(contracts.Method).Order(StringComparer.Ordinal))
            {
                text.Append($"  {line}\n");
            }
        }

        return text.AppendJoin("", contracts._messages.Values).ToString();
    }

    private string Method(MethodInfo method)
    {
        var parameters = method.GetParameters().Select(parameter => $"{Seen(parameter.ParameterType)} {parameter.Name}");
        return $"{method.Name}({string.Join(", ", parameters)}): {Seen(method.ReturnType)}{Marks(method)}";
    }

    /// <summary>Name of a type; writes down the messages in it.</summary>
    private string Seen(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsArray)
        {
            return Seen(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Seen(value) + "?";
        }

        Write(type);
        var name = IsOurs(type) ? (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName! : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Seen))}>" : name;
    }

    private void Write(Type type)
    {
        if (!IsOurs(type) || _messages.ContainsKey(type.ToString()))
        {
            return;
        }

        _messages[type.ToString()] = "";
        var lines = type.IsEnum ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}")
            : type.IsDefined(typeof(GenerateSerializerAttribute)) ? Numbered(type)
            : Json(type);
        var head = $"{(type.IsEnum ? "enum" : "message")} {type}{Marks(type)}\n";
        _messages[type.ToString()] = string.Concat([head, .. lines.Select(line => $"  {line}\n")]);
    }

    private IEnumerable<string> Numbered(Type type) =>
        from member in type.GetMembers(Fields)
        let id = member.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select $"{id.Id} {member.Name}: {Seen(member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType)}";

    private IEnumerable<string> Json(Type type)
    {
        var info = GrainMessages.Json.GetTypeInfo(type);
        if (info.Kind is JsonTypeInfoKind.None)
        {
            return [$"as {Plain(info)}"];
        }

        if (info.ElementType is { } element)
        {
            return [$"of {Seen(element)}"];
        }

        var members = info.Properties.Where(member => member.Get is not null || member.Set is not null)
            .Select(member => $"{member.Name}: {Seen(member.PropertyType)}").Order(StringComparer.Ordinal);
        var cases = (info.PolymorphismOptions?.DerivedTypes ?? [])
            .OrderBy(one => one.TypeDiscriminator?.ToString(), StringComparer.Ordinal)
            .Select(one => $"{info.PolymorphismOptions!.TypeDiscriminatorPropertyName} {one.TypeDiscriminator}: {Seen(one.DerivedType)}");
        return [.. members, .. cases];
    }

    private static string Plain(JsonTypeInfo info) => info.Converter.GetType().Name.Split('`')[0];

    private static bool IsOurs(Type type) => type.Namespace is { } name && name.StartsWith("Orchestrator.", StringComparison.Ordinal);

    /// <summary>Names that Orleans uses in place of those of the CLR.</summary>
    private static string Marks(MemberInfo member)
    {
        var alias = member.GetCustomAttribute<AliasAttribute>() is { } named ? $" (alias {named.Alias})" : "";
        return member is Type type && type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is { } kind
            ? $"{alias} (interface type {Value(type, kind.GetType())})"
            : alias;
    }

    /// <summary>The text given to an attribute of Orleans, which keeps it to itself.</summary>
    private static string Value(Type type, Type attribute) =>
        (string)type.GetCustomAttributesData().Single(one => one.AttributeType == attribute).ConstructorArguments[0].Value!;

    /// <summary>Orleans names a grain after its class: in small letters, without <c>Grain</c> at the end.</summary>
    private static string Conventional(string name)
    {
        var small = name.Split('`')[0].ToLowerInvariant();
        return small.EndsWith("grain", StringComparison.Ordinal) ? small[..^"grain".Length] : small;
    }
}
