using System.Text.Json;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Grains.Aggregates;
using Orchestrator.Grains.Serialization;

namespace Orchestrator.Api.Rollouts;

/// <summary>A rollback that somebody asked for while the log could not be written.</summary>
/// <param name="Rollout">Of which rollout.</param>
/// <param name="Command">What.</param>
/// <param name="Envelope">Who, and under which command id: however often it is tried, it applies once.</param>
/// <param name="Since">When it was asked for.</param>
internal sealed record KeptRollback(string Rollout, RolloutCommand.Rollback Command, Envelope Envelope, DateTimeOffset Since);

/// <summary>Kept rollbacks on disk, one file each.</summary>
/// <param name="path">Folder; made when it is needed.</param>
public sealed class KeptRollbackFolder(string path)
{
    private const string Kind = ".json";

    internal IEnumerable<KeptRollback> All() =>
        (Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + Kind) : []).Select(Read).OfType<KeptRollback>();

    /// <summary>Returns when it survives the process.</summary>
    internal void Add(KeptRollback kept)
    {
        Directory.CreateDirectory(path);
        using var stream = File.Create(FileOf(kept));
        stream.Write(JsonSerializer.SerializeToUtf8Bytes(kept, GrainMessages.Json));
        stream.Flush(flushToDisk: true);
    }

    internal void Remove(KeptRollback kept) => File.Delete(FileOf(kept));

    /// <summary>Null for one whose writing was cut off: nobody was told that it is kept.</summary>
    private static KeptRollback? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<KeptRollback>(File.ReadAllBytes(file), GrainMessages.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string FileOf(KeptRollback kept) => Path.Combine(path, kept.Envelope.CommandId + Kind);
}
