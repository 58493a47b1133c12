using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Cloning;

namespace Orchestrator.Grains.Serialization;

/// <summary>Our messages are immutable records, so a call within a silo may hand over the very object: no copy, no JSON.</summary>
internal sealed class ImmutableCopier : IGeneralizedCopier
{
    public bool IsSupportedType(Type type) => GrainMessages.Are(type);

    [return: NotNullIfNotNull(nameof(input))]
    public object? DeepCopy(object? input, CopyContext context) => input;
}
