using Orchestrator.Domain.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>The buffers of one request, and its answer.</summary>
internal sealed class Scratch
{
    public Output Body { get; } = new();

    public Output Output { get; } = new();

    public EvaluationContext User { get; } = new();

    /// <summary>Status of the answer in <see cref="Output"/>.</summary>
    public int Status { get; set; }

    /// <summary>Entity tag of the answer; null for none.</summary>
    public string? Tag { get; set; }

    /// <summary>False for buffers grown by an oversized request: they are not pooled, or they would hold that memory for ever.</summary>
    public bool IsSmall => Body.Capacity <= 2 * RequestBody.Limit && Output.Capacity <= 4 * RequestBody.Limit;
}
