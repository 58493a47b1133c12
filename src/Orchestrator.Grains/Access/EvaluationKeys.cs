using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Access;

/// <summary>The evaluation keys of this node's world.</summary>
internal sealed class EvaluationKeys(IWorld world) : IEvaluationKeys
{
    public bool TryAuthenticate(ReadOnlySpan<char> key, out string? environment)
    {
        environment = null;
        if (!world.Current.Keys.TryFind(key, out var found))
        {
            return false;
        }

        environment = found.Role.May(Permission.Evaluate) ? found.Environment : null;
        return true;
    }
}
