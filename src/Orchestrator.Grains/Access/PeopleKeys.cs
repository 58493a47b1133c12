using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Orchestrator.Grains.Access;

/// <summary>
/// Secrets for hashes of counted users, one for each environment, derived from the secret of the installation: the same on every node, and
/// learned by clients with their table. They are in no event and in no answer of the public API.
/// </summary>
public sealed class PeopleKeys(InstallationSecret secret)
{
    /// <summary>Secrets by environment; callers name environments of the routing table only.</summary>
    private readonly ConcurrentDictionary<string, ulong> _keys = new(StringComparer.Ordinal);

    /// <summary>The secret of an environment; never 0.</summary>
    public ulong Of(string environment) =>
        _keys.TryGetValue(environment, out var key) ? key : _keys.GetOrAdd(environment, Make(environment));

    private ulong Make(string environment) =>
        BinaryPrimitives.ReadUInt64LittleEndian(secret.For($"counts of users in {environment}")) | 1;
}
