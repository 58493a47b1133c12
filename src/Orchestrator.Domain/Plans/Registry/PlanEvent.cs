using System.Text.Json.Serialization;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Domain.Plans.Registry;

/// <summary>Events of a named plan; the stream <c>plan/{name}</c>.</summary>
public abstract record PlanEvent
{
    private PlanEvent()
    {
    }

    /// <summary>A new revision. Running rollouts keep the one they were created with.</summary>
    /// <param name="Revision">From 1, without gaps.</param>
    /// <param name="Hash">SHA-256 of the canonical document, lower-case hex.</param>
    /// <param name="Document">The plan as canonical JSON.</param>
    /// <param name="Source">The text as it was sent.</param>
    public sealed record PlanRevised(int Revision, string Hash, [property: JsonConverter(typeof(JsonValue))] string Document, string Source)
        : PlanEvent;

    /// <summary>The plan is out of use: no new rollout is made of it, until it has a further revision.</summary>
    public sealed record PlanArchived : PlanEvent;
}
