using System.Collections.Frozen;
using System.Text.Json;
using Orchestrator.Api.Events;
using Orchestrator.Domain.Events;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Incidents;
using Orchestrator.Grains.Log;

namespace Orchestrator.Api.Incidents;

/// <summary>Events of one incident out of the stream of its rollout.</summary>
internal static class IncidentEvents
{
    private const int Batch = 500;

    /// <summary>Events of a decision that may stand before its rollback: the verdicts of one round.</summary>
    private const int Before = 200;

    /// <summary>Events looked at. An incident that a person still has to see may have a long stream behind it.</summary>
    private const int Looked = 20_000;

    /// <summary>Events that end an incident without naming it.</summary>
    private static readonly FrozenSet<string> Endings = FrozenSet.Create(
        nameof(RolloutEvent.RolloutRestored), nameof(RolloutEvent.SegmentRestored), nameof(RolloutEvent.RolloutAborted),
        nameof(RolloutEvent.RolloutCompleted), nameof(RolloutEvent.RolloutRetired));

    /// <summary>
    /// The whole decision that opened the incident, and later events that name or end it, oldest first. Reads no further than the state
    /// of the incident needs.
    /// </summary>
    public static async Task<IReadOnlyList<RecordedEvent>> Read(
        IEventLog log, RolloutState state, Incident incident, CancellationToken stop)
    {
        var stream = RolloutEvents.Stream(state.Id);
        var after = Math.Max(0, (incident.Undone?.Version ?? 0) - Before);
        var shown = new List<RecordedEvent>();
        var decision = new List<RecordedEvent>();
        string? opening = null;
        var missing = Marks(incident);
        for (var looked = 0; looked < Looked; looked += Batch)
        {
            var batch = await log.ReadStream(stream, after, Batch, stop);
            foreach (var one in batch)
            {
                after = one.Version;
                if (opening is null)
                {
                    if (decision.Count > 0 && decision[0].CommandId != one.CommandId)
                    {
                        decision.Clear();
                    }

                    decision.Add(one);
                    if (Names(one, incident))
                    {
                        opening = one.CommandId;
                        shown.AddRange(decision);
                    }
                }
                else if (Names(one, incident) || Ends(one, incident))
                {
                    shown.Add(one);
                    missing--;
                }
                else if (one.CommandId == opening)
                {
                    shown.Add(one);
                }

                if (opening is not null && one.CommandId != opening && missing <= 0)
                {
                    return shown;
                }
            }

            if (batch.Count < Batch)
            {
                break;
            }
        }

        return shown;
    }

    /// <summary>Number of events after the opening that the state of the incident has seen.</summary>
    private static int Marks(Incident incident) =>
        incident.Legs.Length + (incident.Acknowledged is null ? 0 : 1) + (incident.Escalated is null ? 0 : 1)
        + (incident.Ended is null ? 0 : 1);

    private static bool Names(RecordedEvent one, Incident incident)
    {
        using var data = JsonDocument.Parse(one.Data);
        return data.RootElement.ValueKind == JsonValueKind.Object && data.RootElement.TryGetProperty("incident", out var id)
            && id.ValueKind == JsonValueKind.String && id.ValueEquals(incident.Id);
    }

    private static bool Ends(RecordedEvent one, Incident incident) =>
        incident.Ended is { Resolved: false } end && end.At == one.At && Endings.Contains(EventView.Name(one.Type));
}
