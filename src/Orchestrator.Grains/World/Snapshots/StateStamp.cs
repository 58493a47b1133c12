using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>
/// Identity of what a snapshot depends on: the shape of all types of state, and the builds of the code that folds them. A build that folds
/// otherwise, or has other states, uses no snapshot of this one (decision 80).
/// </summary>
internal static class StateStamp
{
    private static readonly Lazy<string> Made = new(Make);

    /// <summary>16 hexadecimal digits.</summary>
    public static string Current => Made.Value;

    /// <summary>Types of this product that a world's state consists of, with their stored properties.</summary>
    public static IReadOnlyDictionary<Type, ImmutableArray<PropertyInfo>> Types()
    {
        var found = new Dictionary<Type, ImmutableArray<PropertyInfo>>();
        Visit(typeof(WorldPart), found);
        return found;
    }

    private static string Make()
    {
        var text = new StringBuilder();
        foreach (var assembly in new[] { typeof(Plan).Assembly, typeof(StateStamp).Assembly })
        {
            text.Append(assembly.ManifestModule.ModuleVersionId).Append('\n');
        }

        foreach (var (type, properties) in Types().OrderBy(one => one.Key.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            foreach (var property in properties)
            {
                text.Append(' ').Append(property.Name).Append(' ').Append(property.PropertyType).Append('\n');
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    private static void Visit(Type type, Dictionary<Type, ImmutableArray<PropertyInfo>> found)
    {
        foreach (var argument in type.GetGenericArguments())
        {
            Visit(argument, found);
        }

        if (type.IsArray)
        {
            Visit(type.GetElementType()!, found);
        }

        if (type.Namespace?.StartsWith(nameof(Orchestrator), StringComparison.Ordinal) != true || type.IsEnum || found.ContainsKey(type))
        {
            return;
        }

        // A plan and a set of members have a form of their own, which their builds stand for.
        found[type] = type == typeof(Plan) || type == typeof(MemberSet) || type == typeof(SegmentDefinition) ? [] :
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(StateJson.IsStored)
                .OrderBy(property => property.Name, StringComparer.Ordinal),
        ];
        foreach (var property in found[type])
        {
            Visit(property.PropertyType, found);
        }
    }
}
