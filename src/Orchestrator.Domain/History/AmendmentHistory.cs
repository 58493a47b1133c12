using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>Amendments of the plan after the rollout's creation.</summary>
internal sealed class AmendmentHistory
{
    private readonly List<AmendmentStory> _all = [];
    private readonly Dictionary<string, Actor> _asked = [];

    /// <summary>Approvers by review of an amendment: no more than its quorum.</summary>
    private readonly Dictionary<string, ImmutableArray<Actor>> _agreed = [];

    public ImmutableArray<AmendmentStory> All => [.. _all];

    public void See(Happened<RolloutEvent> happened)
    {
        switch (happened.Event)
        {
            case AmendmentProposed e:
                _asked[e.Review] = happened.Actor;
                _agreed[e.Review] = [];
                break;
            case ReviewDecided { Approved: true } e when _agreed.TryGetValue(e.Review, out var agreed):
                _agreed[e.Review] = agreed.Add(happened.Actor);
                break;
            case RolloutAmended e:
                _all.Add(new AmendmentStory(
                    happened.At, e.Review is { } review ? _asked[review] : happened.Actor, e.Review is null ? null : happened.Actor,
                    e.FromRevision, e.FromHash, e.Revision, e.Hash,
                    e.Reason, [.. e.Looser ?? []], e.Review, [.. e.Triggers], [.. e.Criteria])
                {
                    Agreed = e.Review is { } decided ? _agreed[decided] : [],
                });
                break;
        }
    }
}
