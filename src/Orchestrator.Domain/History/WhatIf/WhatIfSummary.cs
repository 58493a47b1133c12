using System.Collections.Immutable;
using Orchestrator.Domain.Quantities;

namespace Orchestrator.Domain.History.WhatIf;

/// <summary>Answers of several rollouts together.</summary>
/// <param name="Rollouts">Rollouts that were asked.</param>
/// <param name="Stopped">Rollouts that only the other plan rolls back.</param>
/// <param name="FalseAlarms">Those of them that completed in fact.</param>
/// <param name="Earlier">Rollouts that the other plan rolls back earlier.</param>
/// <param name="Same">Rollouts that both roll back at the same time.</param>
/// <param name="Missed">Rollouts that the other plan does not roll back until they were.</param>
/// <param name="Unanswered">Rollouts without signals.</param>
/// <param name="Text">All of it as a sentence.</param>
public sealed record WhatIfSummary(
    int Rollouts, int Stopped, int FalseAlarms, int Earlier, int Same, int Missed, int Unanswered, string Text)
{
    /// <summary>Counts the answers.</summary>
    public static WhatIfSummary Of(IReadOnlyCollection<WhatIfResult> results)
    {
        int Count(WhatIfOutcome outcome) => results.Count(one => one.Outcome == outcome);
        var alarms = results.Count(one => one.FalseAlarm);
        var (stopped, earlier, same, missed, unanswered) = (Count(WhatIfOutcome.Stopped), Count(WhatIfOutcome.Earlier),
            Count(WhatIfOutcome.Same), Count(WhatIfOutcome.Missed), Count(WhatIfOutcome.Unanswered));
        var parts = ImmutableArray.CreateBuilder<string>();
        Add(stopped, $"{stopped} would have been stopped that were not, {alarms} of them completed in fact (false alarms, or faults that were not noticed)");
        Add(earlier, $"{earlier} would have been rolled back earlier");
        Add(same, $"{same} would have been rolled back at the same time");
        Add(missed, $"{missed} would not have been rolled back when they were");
        Add(unanswered, $"{unanswered} cannot be answered");
        Add(Count(WhatIfOutcome.NotRolledBack), $"{Count(WhatIfOutcome.NotRolledBack)} would not have been rolled back, as they were not");
        return new WhatIfSummary(
            results.Count, stopped, alarms, earlier, same, missed, unanswered, $"Of {Counted.Of(results.Count, "rollout")}: {string.Join("; ", parts)}.");

        void Add(int count, string text)
        {
            if (count > 0)
            {
                parts.Add(text);
            }
        }
    }
}
