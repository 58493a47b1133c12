using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>
/// The last verdict on each criterion of each phase. A verdict of an earlier visit says nothing about the last one.
/// </summary>
internal sealed class CriterionHistory
{
    private readonly Dictionary<(string Phase, string Criterion), (Phase Phase, Criterion Criterion, long Entry)> _inForce = [];
    private readonly Dictionary<(string Phase, string Criterion), (Verdict Verdict, Evidence Evidence, long Entry)> _judged = [];
    private long _entry;

    /// <summary>In the order in which they came into force.</summary>
    public IEnumerable<JudgedCriterion> All => _inForce.Select(one => _judged.TryGetValue(one.Key, out var known)
        ? new JudgedCriterion(one.Value.Phase, one.Value.Criterion, known.Verdict, known.Evidence, known.Entry == one.Value.Entry)
        : new JudgedCriterion(one.Value.Phase, one.Value.Criterion, Verdict.NoEvidence, null, true));

    public void See(RolloutState before, Happened<RolloutEvent> happened, RolloutState after)
    {
        switch (happened.Event)
        {
            case CriterionAssessed e when before.Phase is { } phase:
                _judged[(phase.Name, e.Criterion)] = (e.Verdict, e.Evidence, before.Entry);
                break;

            // The evidence at the end of a step is newer than that of the last change of a verdict.
            case StepCompleted e:
                foreach (var criterion in RulesInForce.Criteria(before))
                {
                    if (Array.Find(e.Evidence, one => one.Rule == criterion.Rule.Text) is { } evidence
                        && before.Criteria.GetValueOrDefault(criterion.Name) is { } known)
                    {
                        _judged[(e.Phase, criterion.Name)] = (known.Verdict, evidence, before.Entry);
                    }
                }

                break;
        }

        if ((after.Entry != _entry || happened.Event is RolloutAmended) && after.Phase is { } current)
        {
            _entry = after.Entry;
            foreach (var criterion in RulesInForce.Criteria(after))
            {
                _inForce[(current.Name, criterion.Name)] = (current, criterion, after.Entry);
            }
        }
    }
}

/// <summary>A criterion with its last verdict in a phase.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Criterion">The criterion.</param>
/// <param name="Verdict">The last verdict.</param>
/// <param name="Evidence">Its evidence; null when it was never judged.</param>
/// <param name="IsOfLastVisit">False when the verdict is of an earlier visit than the last one in which it was in force.</param>
internal sealed record JudgedCriterion(Phase Phase, Criterion Criterion, Verdict Verdict, Evidence? Evidence, bool IsOfLastVisit);
