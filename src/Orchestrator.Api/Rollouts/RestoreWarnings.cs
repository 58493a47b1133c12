using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Api.Rollouts;

/// <summary>Warnings about a restore that was just made: it waits for nothing, so it says what it did not wait for.</summary>
internal static class RestoreWarnings
{
    public static IReadOnlyList<string> Of(RolloutState state, DateTimeOffset now)
    {
        var warnings = new List<string>();
        if (CalendarGate.Closed(state.Plan.Calendar, now) is { } closed)
        {
            warnings.Add($"Users are on new again {closed}. A restore is not held by the calendar; the next step is.");
        }

        if (state is { Status: RolloutStatus.Completed, Baking: false })
        {
            warnings.Add("The rollout is completed and does not bake: no trigger watches those who are on new again.");
        }

        return warnings;
    }
}
