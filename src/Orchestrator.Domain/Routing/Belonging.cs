using System.Collections.Immutable;

namespace Orchestrator.Domain.Routing;

/// <summary>A user's place in one segment.</summary>
/// <param name="Belongs">True for a user of the segment; null when that depends on the targeting key and there is none.</param>
/// <param name="Rules">Rules of the segment, in their order, with what each saw.</param>
public sealed record Belonging(bool? Belongs, ImmutableArray<ExplainedRule> Rules)
{
    /// <summary>
    /// The user's place; null for a segment that the table does not have. The context must have begun with the same environment.
    /// </summary>
    public static Belonging? Of(EnvironmentTable? environment, string segment, EvaluationContext user)
    {
        if (environment?.Segment(segment) is not { } compiled)
        {
            return null;
        }

        var rows = new List<ExplainedRule>();
        var match = compiled.Explain(user, "", rows);

        // The first row is about the segment's part in a flag.
        return new Belonging(match == Match.KeyNeeded ? null : match == Match.Yes, [.. rows.Skip(1)]);
    }
}
