using System.Collections.Immutable;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using static Orchestrator.Domain.Rollouts.RolloutEvent;

namespace Orchestrator.Domain.History;

/// <summary>Plans that came into the rollout after its creation.</summary>
internal sealed class Corrections
{
    private readonly List<AmendmentStory> _all = [];
    private readonly Dictionary<string, Actor> _asked = [];

    public ImmutableArray<AmendmentStory> Told => [.. _all];

    public void See(Happened<RolloutEvent> happened)
    {
        switch (happened.Event)
        {
            case AmendmentProposed e:
                _asked[e.Review] = happened.Actor;
                break;
            case RolloutAmended e:
                _all.Add(new AmendmentStory(
                    happened.At, e.Review is { } review ? _asked[review] : happened.Actor, e.Review is null ? null : happened.Actor, e.FromRevision, e.FromHash, e.Revision, e.Hash,
                    e.Reason, [.. e.Looser ?? []], e.Review, [.. e.Triggers], [.. e.Criteria]));
                break;
        }
    }
}
