using System.Reflection;

namespace Orchestrator.Grains.Cluster;

/// <summary>What asks for a grain on a node that has none.</summary>
public sealed class EvaluationOnlyException() : Exception("This node only answers evaluations; ask a silo.");

/// <summary>The grain factory of a node without grains: whatever is asked of it ends in <see cref="EvaluationOnlyException"/>.</summary>
public class NoGrains : DispatchProxy
{
    public static IGrainFactory Factory { get; } = Create<IGrainFactory, NoGrains>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new EvaluationOnlyException();
}
