namespace Orchestrator.Grains.Access;

/// <summary>The keys that may evaluate, as this node knows them: asked once per evaluation, so answered from memory.</summary>
public interface IEvaluationKeys
{
    /// <summary>
    /// False for a key that nobody issued or that was withdrawn. True for a known key; <paramref name="environment"/> is the one it is
    /// bound to, or null when its role may not evaluate.
    /// </summary>
    bool TryAuthenticate(ReadOnlySpan<char> key, out string? environment);
}
