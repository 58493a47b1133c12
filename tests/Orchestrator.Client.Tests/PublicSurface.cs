using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Client.Tests;

/// <summary>The public types of an assembly with their members, as text.</summary>
internal static class PublicSurface
{
    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(IsWritten).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.FullName).Append('\n');
            var members = type.GetMembers(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Select(Line).OfType<string>().Order(StringComparer.Ordinal);
            foreach (var line in members)
            {
                text.Append("  ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Types that Orleans generates follow its version.</summary>
    private static bool IsWritten(Type type) => type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != true;

    /// <summary>Members that every record has are left out.</summary>
    private static bool IsOfRecords(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is MethodInfo { IsSpecialName: false };

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class"
        : type.IsSealed ? "sealed class" : "class";

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsSeen(made) => $"new({Parameters(made)})",
        MethodInfo method when IsSeen(method) && !method.IsSpecialName && !IsOfRecords(method) => $"{Static(method)}{method} [{Parameters(method)}]",
        PropertyInfo property when property.GetMethod is { } get && IsSeen(get) =>
            $"{Static(get)}{property} {{ get; {(property.SetMethod is { } set && IsSeen(set) ? IsInit(set) ? "init; " : "set; " : "")}}}",
        FieldInfo { IsLiteral: true, IsPublic: true } constant => $"{constant.Name} = {constant.GetRawConstantValue()}",
        FieldInfo { IsPublic: true, IsSpecialName: false } field => field.ToString(),
        EventInfo shown => shown.ToString(),
        _ => null,
    };

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsInit(MethodInfo set) => set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(one => one.Name + (one.HasDefaultValue ? $" = {one.DefaultValue ?? "null"}" : "")));
}
