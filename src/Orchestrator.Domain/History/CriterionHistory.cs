using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Plans;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>The last verdict on each criterion of each phase.</summary>
internal sealed class CriterionHistory
{
    private readonly Dictionary<(string Phase, string Criterion), JudgedCriterion> _all = [];

    /// <summary>In the order in which they were first judged.</summary>
    public IEnumerable<JudgedCriterion> All => _all.Values;

    public void See(RolloutState before, Happened<RolloutEvent> happened)
    {
        switch (happened.Event)
        {
            case CriterionAssessed e when RulesInForce.Criteria(before).FirstOrDefault(one => one.Name == e.Criterion) is { } criterion:
                Set(before.Phase!, criterion, e.Verdict, e.Evidence);
                break;

            // The evidence at the end of a step is newer than that of the last change of a verdict.
            case StepCompleted e:
                foreach (var criterion in RulesInForce.Criteria(before))
                {
                    if (Array.Find(e.Evidence, one => one.Rule == criterion.Rule.Text) is { } evidence
                        && before.Criteria.GetValueOrDefault(criterion.Name) is { } known)
                    {
                        Set(before.Phase!, criterion, known.Verdict, evidence);
                    }
                }

                break;
        }
    }

    private void Set(Phase phase, Criterion criterion, Verdict verdict, Evidence evidence) =>
        _all[(phase.Name, criterion.Name)] = new JudgedCriterion(phase, criterion, verdict, evidence);
}

/// <summary>A criterion with its last verdict in a phase.</summary>
internal sealed record JudgedCriterion(Phase Phase, Criterion Criterion, Verdict Verdict, Evidence Evidence);
