using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Domain.Rollouts.Reviews;

/// <summary>Subject of an approval, and the end of its validity.</summary>
internal static class Approvals
{
    /// <summary>
    /// Hash of this plan revision, this visit of this step, and the verdict on each of its criteria: numbers may move, verdicts may not.
    /// </summary>
    public static string Hash(RolloutState state)
    {
        var text = new StringBuilder($"{state.Plan.Hash}\n{state.Entry}");
        foreach (var (name, known) in state.Criteria.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            text.Append($"\n{name}={known.Verdict}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Hash of the plan in force, the proposed one, and the visit of the step in which it is proposed.</summary>
    public static string OfAmendment(RolloutState state) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{state.Plan.Hash}\n{state.Proposed?.Plan.Hash}\n{state.Entry}")));

    /// <summary>
    /// True for a go/no-go at a step's end (open or approved) and for an open override, when a verdict is not the one they were about.
    /// Checkpoints and warnings are about a moment, and stay.
    /// </summary>
    public static bool IsStale(RolloutState state, Review review) =>
        review.Entry == state.Entry
        && (review is { Kind: ReviewKind.Gate, Outcome: null or ReviewOutcome.Approved } or { Kind: ReviewKind.Override, Open: true })
        && review.EvidenceHash != Hash(state);
}
