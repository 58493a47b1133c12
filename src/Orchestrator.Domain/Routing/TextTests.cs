using System.Collections.Immutable;
using Orchestrator.Domain.Segments;

namespace Orchestrator.Domain.Routing;

/// <summary>A test of a text in any case.</summary>
internal sealed class FoldedTest(int slot, string text, string constant, FoldedTest.Compare compare) : CompiledTest(slot, text)
{
    private readonly FoldedText _folded = new(constant);

    public delegate bool Compare(ReadOnlySpan<byte> seen, FoldedText constant);

    protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
        seen.Kind == AttributeKind.Text && compare(user.Text(seen), _folded);
}

/// <summary>A test of a text by a pattern.</summary>
internal sealed class PatternTest(int slot, string text, TextPattern pattern) : CompiledTest(slot, text)
{
    protected override bool Holds(EvaluationContext user, in AttributeSlot seen) =>
        seen.Kind == AttributeKind.Text && pattern.IsIn(user.Text(seen));
}

/// <summary>A test of an IP address by ranges.</summary>
internal sealed class NetworkTest(int slot, string text, ImmutableArray<Network> networks) : CompiledTest(slot, text)
{
    protected override bool Holds(EvaluationContext user, in AttributeSlot seen)
    {
        if (seen.Kind != AttributeKind.Text || !NetworkAddress.TryParse(user.Text(seen), out var address))
        {
            return false;
        }

        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
