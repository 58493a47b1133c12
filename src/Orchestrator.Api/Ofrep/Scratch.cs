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

    /// <summary>Its entity tag; null for none.</summary>
    public string? Tag { get; set; }

    /// <summary>One that served a giant is not kept: it would hold the giant's memory for ever.</summary>
    public bool IsSmall => Body.Capacity <= 2 * RequestBody.Limit && Output.Capacity <= 4 * RequestBody.Limit;
}
