using Orchestrator.Domain.Rollouts;

namespace Orchestrator.Api.Rollouts.Amending;

/// <summary>An amendment, or a dry run of one.</summary>
/// <param name="Command">The amendment.</param>
/// <param name="DryRun">True for a preview only.</param>
internal sealed record AmendRequest(RolloutCommand.Amend Command, bool DryRun);
