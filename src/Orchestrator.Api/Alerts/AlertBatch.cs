using Orchestrator.Domain.Alerts;

namespace Orchestrator.Api.Alerts;

/// <summary>A parsed message.</summary>
internal sealed record AlertBatch(AlertMessage Message, AlertTally Tally, bool Cut);
