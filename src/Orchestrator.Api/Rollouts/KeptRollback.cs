using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Api.Rollouts;

/// <summary>A rollback that was requested while the log could not be written.</summary>
/// <param name="Rollout">Id of the rollout.</param>
/// <param name="Command">The command.</param>
/// <param name="Envelope">Actor and command id: however often it is retried, it applies once.</param>
/// <param name="Since">Time of the request.</param>
internal sealed record KeptRollback(string Rollout, RolloutCommand.Rollback Command, Envelope Envelope, DateTimeOffset Since);
