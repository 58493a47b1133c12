using System.Diagnostics.CodeAnalysis;
using Orchestrator.Domain.Access;

namespace Orchestrator.Grains.Access;

/// <summary>The keys that may evaluate, as this node knows them: asked once per evaluation, so answered from memory.</summary>
public interface IEvaluationKeys
{
    /// <summary>False until this node has read the log: before that it cannot reject a key.</summary>
    bool AreKnown { get; }

    /// <summary>The key with this text, whatever its role; false for an unknown or revoked one.</summary>
    bool TryFind(ReadOnlySpan<char> text, [NotNullWhen(true)] out EvaluationKey? key);

    /// <summary>The key with this id; null once it is revoked or expired.</summary>
    EvaluationKey? Working(string id);

    /// <summary>
    /// False for an unknown or revoked key. True for a known key; <paramref name="environment"/> is the one it is
    /// bound to, or null when its role may not evaluate.
    /// </summary>
    bool TryAuthenticate(ReadOnlySpan<char> key, out string? environment)
    {
        var known = TryFind(key, out var found);
        environment = found?.Environment;
        return known;
    }
}

/// <summary>A working key and its right to evaluate.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Hash">The hash of its text.</param>
/// <param name="Environment">The environment whose flags it may ask for; null when its role may not evaluate.</param>
/// <param name="Browser">True for a key of browsers, which every user of the page can read.</param>
public sealed record EvaluationKey(string Id, string Hash, string? Environment, bool Browser = false)
{
    public static EvaluationKey Of(Key key) =>
        new(key.Id, key.Hash, key.Role.May(Permission.Evaluate) ? key.Environment : null, key.Role == Role.Browser);
}
