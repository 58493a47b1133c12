using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Grains.Rollouts;

/// <summary>A rollback that was requested while the log could not be written. Its members are the form of its file.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Command">The command.</param>
/// <param name="Envelope">Actor and command id: however often it is retried, it applies once.</param>
/// <param name="Since">Time of the request.</param>
public sealed record PendingRollback(string Rollout, RolloutCommand.Rollback Command, Envelope Envelope, DateTimeOffset Since);
