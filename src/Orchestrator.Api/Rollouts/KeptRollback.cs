using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;

namespace Orchestrator.Api.Rollouts;

/// <summary>A rollback that somebody asked for while the log could not be written.</summary>
/// <param name="Rollout">Of which rollout.</param>
/// <param name="Command">What.</param>
/// <param name="Envelope">Who, and under which command id: however often it is tried, it applies once.</param>
/// <param name="Since">When it was asked for.</param>
internal sealed record KeptRollback(string Rollout, RolloutCommand.Rollback Command, Envelope Envelope, DateTimeOffset Since);
