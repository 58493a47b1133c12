using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Api.Rollouts.Amending;

/// <summary>An amendment, or the question what it would do.</summary>
/// <param name="Command">The amendment.</param>
/// <param name="DryRun">Only the question.</param>
internal sealed record AmendRequest(RolloutCommand.Amend Command, bool DryRun);
