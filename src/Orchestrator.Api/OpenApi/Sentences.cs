using System.Collections.Frozen;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Orchestrator.Api.OpenApi;

/// <summary>Sentences about the client's types and their members: the summaries in its code.</summary>
internal static partial class Sentences
{
    private static readonly FrozenDictionary<string, string> All = Read();

    /// <summary>The summary of a type; null without one.</summary>
    public static string? Of(Type type) => All.GetValueOrDefault($"T:{type.FullName}");

    /// <summary>The summary of a property; null without one.</summary>
    public static string? Of(PropertyInfo property) => All.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private static FrozenDictionary<string, string> Read()
    {
        using var resource = typeof(Sentences).Assembly.GetManifestResourceStream("Sentences.xml")!;
        return XDocument.Load(resource).Descendants("member").ToFrozenDictionary(
            member => member.Attribute("name")!.Value, member => member.Element("summary") is { } summary ? Text(summary) : "",
            StringComparer.Ordinal);
    }

    /// <summary>The text in one line; a reference is the last part of its name.</summary>
    private static string Text(XElement summary) => Spaces().Replace(
        string.Concat(summary.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" } see => see.Attribute("cref")?.Value.Split('.')[^1] ?? "",
            XElement other => other.Value,
            _ => "",
        })),
        " ").Trim();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
