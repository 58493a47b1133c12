using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orchestrator.Domain.Access;
using Orchestrator.Grains.World;

namespace Orchestrator.Grains.Access;

/// <summary>The evaluation keys of this node's world. A text found once is found again without a hash.</summary>
internal sealed class EvaluationKeys(IWorld world, InstallationSecret secret) : IEvaluationKeys
{
    private volatile Recent _recent = new(KeyRing.Empty);

    public bool AreKnown => world.CaughtUp;

    public bool TryFind(ReadOnlySpan<char> text, [NotNullWhen(true)] out EvaluationKey? key)
    {
        var ring = world.Current.Keys;
        var recent = _recent;
        if (!ReferenceEquals(recent.Ring, ring))
        {
            _recent = recent = new Recent(ring);
        }

        return recent.TryFind(text, secret.Pepper, out key);
    }

    public EvaluationKey? Working(string id) => world.Current.Access.Working(id) is { } key ? EvaluationKey.Of(key) : null;

    /// <summary>
    /// The texts found in one ring; a changed ring begins with none, so a withdrawn key is unknown at once. Only right keys are kept, so
    /// there are never more than were issued. Timing reveals nothing: texts are looked up by a hash with a secret seed of this process, and
    /// are compared only when that agrees.
    /// </summary>
    private sealed class Recent
    {
        private readonly ConcurrentDictionary<string, EvaluationKey>.AlternateLookup<ReadOnlySpan<char>> _found =
            new ConcurrentDictionary<string, EvaluationKey>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

        public Recent(KeyRing ring) => Ring = ring;

        public KeyRing Ring { get; }

        public bool TryFind(ReadOnlySpan<char> text, KeyPepper pepper, [NotNullWhen(true)] out EvaluationKey? key)
        {
            if (_found.TryGetValue(text, out key))
            {
                return true;
            }

            if (!Ring.TryFind(text, pepper, out var known))
            {
                return false;
            }

            _found[text] = key = EvaluationKey.Of(known);
            return true;
        }
    }
}
