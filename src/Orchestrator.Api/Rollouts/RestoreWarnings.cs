using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Steps;

namespace Orchestrator.Api.Rollouts;

/// <summary>Warnings about a restore that was just made: it waits for nothing, so these name the skipped checks.</summary>
internal static class RestoreWarnings
{
    public static IReadOnlyList<string> Of(RolloutState state, DateTimeOffset now)
    {
        var warnings = new List<string>();
        if (CalendarGate.Closed(state.Plan.Calendar, now) is { } closed)
        {
            warnings.Add($"Users are on new again {closed}. A restore does not wait for the calendar; the next step does.");
        }

        if (state is { Status: RolloutStatus.Completed, Baking: false })
        {
            warnings.Add("The rollout is completed and does not bake: no trigger watches the users who are on new again.");
        }

        return warnings;
    }
}
