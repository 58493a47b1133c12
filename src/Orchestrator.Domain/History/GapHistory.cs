using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>
/// Spans without evidence. They open by an event and end when the state no longer has them: by a sample, a new step, a rollback.
/// </summary>
internal sealed class GapHistory
{
    private readonly List<Gap> _all = [];

    public void See(Happened<RolloutEvent> happened, RolloutState after)
    {
        switch (happened.Event)
        {
            case EvidenceLost e:
                _all.Add(new Gap(null, e.LastSample, null, default, e.Text));
                break;
            case RuleUnmeasured e:
                _all.Add(new Gap(e.Rule, e.Since, null, default, e.Text));
                break;
        }

        var over = happened.Event is EvidenceRegained regained ? regained.Sample : happened.At;
        for (var i = 0; i < _all.Count; i++)
        {
            if (_all[i] is { Until: null } open
                && !(open.Rule is { } rule ? after.Unmeasured.ContainsKey(rule) : after.EvidenceLostAt is not null))
            {
                _all[i] = open with { Until = over };
            }
        }
    }

    public ImmutableArray<Gap> All(DateTimeOffset until) => [.. _all.Select(gap => gap with { Lasted = (gap.Until ?? until) - gap.From })];
}
