using System.Diagnostics.CodeAnalysis;
using Orchestrator.Domain.Access;

namespace Orchestrator.Grains.Access;

/// <summary>The keys that may evaluate, as this node knows them: asked once per evaluation, so answered from memory.</summary>
public interface IEvaluationKeys
{
    /// <summary>False while this node has not read the log yet: then it cannot say that a key is wrong.</summary>
    bool AreKnown { get; }

    /// <summary>The key with this text, whatever its role; false for one that nobody issued or that was withdrawn.</summary>
    bool TryFind(ReadOnlySpan<char> text, [NotNullWhen(true)] out EvaluationKey? key);

    /// <summary>The key with this id while it works; null afterwards.</summary>
    EvaluationKey? Working(string id);

    /// <summary>
    /// False for a key that nobody issued or that was withdrawn. True for a known key; <paramref name="environment"/> is the one it is
    /// bound to, or null when its role may not evaluate.
    /// </summary>
    bool TryAuthenticate(ReadOnlySpan<char> key, out string? environment)
    {
        var known = TryFind(key, out var found);
        environment = found?.Environment;
        return known;
    }
}

/// <summary>A key that works, and what it may evaluate.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Hash">The hash of its text.</param>
/// <param name="Environment">The environment whose flags it may ask for; null when its role may not evaluate.</param>
/// <param name="Browser">True when everybody can read the key.</param>
public sealed record EvaluationKey(string Id, string Hash, string? Environment, bool Browser = false)
{
    public static EvaluationKey Of(Key key) => new(key.Id, key.Hash, key.Role.May(Permission.Evaluate) ? key.Environment : null, key.Role == Role.Browser);
}
