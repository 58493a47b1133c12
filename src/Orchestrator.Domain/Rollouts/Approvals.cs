using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Rollouts;

/// <summary>What people agree to, and when it is no longer that.</summary>
internal static class Approvals
{
    /// <summary>This plan revision, this visit of this step, and the verdict on each of its criteria: numbers may move, verdicts may not.</summary>
    public static string Hash(RolloutState state)
    {
        var text = new StringBuilder($"{state.Plan.Hash}\n{state.Entry}");
        foreach (var (name, known) in state.Criteria.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            text.Append($"\n{name}={known.Verdict}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The plan in force, the one that is asked for, and the visit of the step in which it is asked.</summary>
    public static string OfAmendment(RolloutState state) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{state.Plan.Hash}\n{state.Proposed?.Plan.Hash}\n{state.Entry}")));

    /// <summary>
    /// True for a go/no-go at a step's end (asked or given) and for an asked override, when a verdict is not the one they were about. Checkpoints
    /// and warnings ask about a moment, and stay.
    /// </summary>
    public static bool IsStale(RolloutState state, Review review) =>
        review.Entry == state.Entry
        && (review is { Kind: ReviewKind.Gate, Outcome: null or ReviewOutcome.Approved } or { Kind: ReviewKind.Override, Open: true })
        && review.EvidenceHash != Hash(state);
}
