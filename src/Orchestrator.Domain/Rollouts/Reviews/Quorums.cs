using System.Collections.Immutable;
using Orchestrator.Domain.Plans;

namespace Orchestrator.Domain.Rollouts.Reviews;

/// <summary>Numbers of people of each role that a review requires, and that are still missing.</summary>
public static class Quorums
{
    private const string Admin = "admin";

    /// <summary>
    /// People that a review requires, in words: <c>2 of product, engineering</c>, <c>1 of product and 1 of engineering</c>.
    /// </summary>
    public static string Asked(IReadOnlyCollection<string> roles, int quorum, IReadOnlyCollection<RoleNeed> needs) =>
        Words(roles, needs, quorum - needs.Sum(need => need.People));

    /// <summary>Missing approvals of a review, in words; null when it has them all.</summary>
    public static string? Lacks(Review review)
    {
        var (needs, more) = Lacking(review);
        return needs.IsEmpty && more == 0 ? null : Words(review.Roles, needs, more, review.Needs.Length > 0);
    }

    /// <summary>
    /// Missing approvals of a review: of single roles, and beside them of any. A person counts under the role they decided under, and an
    /// admin for one of any role with a missing approval.
    /// </summary>
    public static (ImmutableArray<RoleNeed> Needs, int More) Lacking(Review review)
    {
        var approved = review.Decisions.Where(decision => decision.Approved).ToArray();
        var spare = Math.Max(0,
            approved.Count(decision => decision.Role == Admin) - review.Needs.Where(need => need.Role == Admin).Sum(need => need.People));
        var lacking = ImmutableArray.CreateBuilder<RoleNeed>();
        foreach (var need in review.Needs)
        {
            var missing = need.People - approved.Count(decision => decision.Role == need.Role);
            var filled = Math.Clamp(missing, 0, spare);
            spare -= filled;
            if (missing > filled)
            {
                lacking.Add(need with { People = missing - filled });
            }
        }

        return (lacking.ToImmutable(), Math.Max(0, review.Quorum - approved.Length - lacking.Sum(need => need.People)));
    }

    /// <summary>A sentence for each open review: its missing approvals.</summary>
    public static IEnumerable<string> Waiting(RolloutState state) => state.Reviews.Where(review => review.Open).Select(review => $"review {review.Id} lacks {Lacks(review)}");

    private static string Words(IReadOnlyCollection<string> roles, IReadOnlyCollection<RoleNeed> needs, int more, bool beside = false)
    {
        var parts = needs.Select(need => $"{need.People} of {need.Role}");
        var people = roles.Count == 0 ? "those who may decide" : string.Join(", ", roles);
        return string.Join(" and ", more <= 0 ? parts : parts.Append($"{more}{(beside || needs.Count > 0 ? " more" : "")} of {people}"));
    }
}
