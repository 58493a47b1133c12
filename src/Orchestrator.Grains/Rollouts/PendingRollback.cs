using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Grains.Rollouts;

/// <summary>A rollback that was asked for while the log could not be written. Its members are the form of its file.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Command">The rollback.</param>
/// <param name="Envelope">Author and command id: however often it is tried, it applies once.</param>
/// <param name="Since">Time at which it was asked for.</param>
public sealed record PendingRollback(string Rollout, RolloutCommand.Rollback Command, Envelope Envelope, DateTimeOffset Since);
