using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Grains.World.Snapshots;

/// <summary>A snapshot: its parts, and the event at which it ends.</summary>
/// <param name="Hash">Hash of the event at its position, 64 hexadecimal digits: a log with another event there is another log.</param>
/// <param name="Streams">Number of streams of all parts.</param>
/// <param name="Parts">The parts.</param>
internal sealed record SnapshotText(string Hash, int Streams, ImmutableArray<PartRef> Parts)
{
    /// <summary>The text with its checksum, for the snapshot of that name.</summary>
    public string Write(string name)
    {
        var text = JsonSerializer.Serialize(this, StateJson.Options);
        return $"{Checksum(name, text)}\n{text}";
    }

    /// <exception cref="InvalidDataException">The text is damaged, or of another name.</exception>
    public static SnapshotText Read(string name, string written)
    {
        if (written.Split('\n') is not [var checksum, var text] || checksum != Checksum(name, text))
        {
            throw new InvalidDataException("its list of parts is damaged");
        }

        return JsonSerializer.Deserialize<SnapshotText>(text, StateJson.Options) ?? throw new InvalidDataException("it lists no parts");
    }

    private static string Checksum(string name, string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\n{text}")));
}

/// <summary>A part of a snapshot.</summary>
/// <param name="Group">Streams of which kind it has: <see cref="PartGroups"/>.</param>
/// <param name="Name">Its name: the hash of its bytes.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record PartRef(string Group, string Name, long Bytes);
