using System.Collections.Immutable;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Scenarios;

/// <summary>
/// Joins a scenario with the part that all scenarios of its file have in common. Mappings are joined key by key; everything else is
/// replaced. A level that is a number in common is the base of one that has changes alone.
/// </summary>
internal static class ScenarioMerge
{
    private const string Base = "base";

    /// <summary>Keys whose values are replaced whole: an expected outcome is never half of another.</summary>
    private static readonly ImmutableHashSet<string> Whole = ["expect"];

    public static Node.Mapping Of(Node.Mapping common, Node.Mapping own)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        foreach (var entry in own.Entries)
        {
            var below = common.Entries.FirstOrDefault(one => one.Key == entry.Key)?.Value;
            entries.Add(entry with { Value = Whole.Contains(entry.Key) ? entry.Value : Of(below, entry.Value) });
        }

        entries.AddRange(common.Entries.Where(one => own.Entries.All(entry => entry.Key != one.Key)));
        return new Node.Mapping(entries.ToImmutable(), own.Line, own.Column);
    }

    private static Node Of(Node? below, Node own) => (below, own) switch
    {
        (Node.Mapping one, Node.Mapping other) => Of(one, other),
        (Node.Scalar { Type: not ScalarType.Null } constant, Node.Mapping other) when IsLevel(other) =>
            new Node.Mapping([.. other.Entries, new Entry(Base, constant.Line, constant)], other.Line, other.Column),
        _ => own,
    };

    /// <summary>True for a level without its base.</summary>
    private static bool IsLevel(Node.Mapping own) =>
        own.Entries.Length > 0 && own.Entries.All(entry => entry.Key is "noise" or "season" or "changes");
}
