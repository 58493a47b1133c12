using Orchestrator.Domain.Alerts;

namespace Orchestrator.Api.Alerts;

/// <summary>A message as it was read.</summary>
internal sealed record AlertBatch(AlertMessage Message, AlertTally Tally, bool Cut);
