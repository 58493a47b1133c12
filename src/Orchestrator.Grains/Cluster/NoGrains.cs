using System.Reflection;

namespace Orchestrator.Grains.Cluster;

/// <summary>Raised by a call to a grain on a node without grains.</summary>
public sealed class EvaluationOnlyException()
    : Exception("This evaluation node answers evaluations, shows pages and takes rollbacks; send the request to a silo.");

/// <summary>Grain factory of a node without grains: every call throws <see cref="EvaluationOnlyException"/>.</summary>
public class NoGrains : DispatchProxy
{
    public static IGrainFactory Factory { get; } = Create<IGrainFactory, NoGrains>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new EvaluationOnlyException();
}
