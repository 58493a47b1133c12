using System.Runtime.CompilerServices;
using Orchestrator.Domain.Metrics.Otlp;

namespace Orchestrator.Grains.Metrics.Otlp;

/// <summary>
/// Exports that this node has read, for as long as their bodies live: one that names twenty rollouts is read once, not once for each of
/// them and once to find their names. A body that came from another node is another array, and is read there.
/// </summary>
public sealed class OtlpReads
{
    /// <summary>Bounded by the bodies of open requests: an entry ends with its body, which nothing changes after it was received.</summary>
    private readonly ConditionalWeakTable<byte[], OtlpExport> _read = [];

    /// <summary>Reads an export in Protocol Buffers, or in JSON.</summary>
    public OtlpExport Read(byte[] body, bool protobuf)
    {
        if (!_read.TryGetValue(body, out var export))
        {
            export = protobuf ? OtlpReader.ReadProtobuf(body) : OtlpReader.Read(body);
            _read.AddOrUpdate(body, export);
        }

        return export;
    }
}
