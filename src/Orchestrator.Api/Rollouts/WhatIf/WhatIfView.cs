using Orchestrator.Domain.History.WhatIf;
using Orchestrator.Grains.Rollouts.WhatIf;

namespace Orchestrator.Api.Rollouts.WhatIf;

/// <summary>A what-if as the API shows it.</summary>
internal static class WhatIfView
{
    public static object Of(string id, WhatIfStatus status) => new
    {
        id,
        status.State,
        progress = Math.Round(status.Progress, 3),
        change = status.Question.Text,
        status.Question.Rollouts,
        status.QueuedAt,
        status.EndedAt,
        status.Failure,
        summary = status.State == WhatIfState.Done ? WhatIfSummary.Of(status.Results) : null,
        results = status.Results.Select(result => new
        {
            result.Rollout,
            result.From,
            result.To,
            result.Outcome,
            result.Sentence,
            result.FalseAlarm,
            result.Recorded,
            result.Instead,
            result.UnansweredFrom,
            percentHours = Math.Round(result.PercentHours, 1),
            result.Spared,
            result.People,
            result.Limits,
        }),
    };
}
