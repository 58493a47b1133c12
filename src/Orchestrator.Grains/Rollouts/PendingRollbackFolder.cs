using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Serialization;

namespace Orchestrator.Grains.Rollouts;

/// <summary>Pending rollbacks on disk, one file each, and space reserved for them: they must also work on a full disk.</summary>
/// <param name="path">Folder; created when needed.</param>
public sealed class PendingRollbackFolder(string path)
{
    private const string Kind = ".json";

    /// <summary>Reserved space for <see cref="PendingRollbacks.Most"/> files of a block each.</summary>
    private const int ReservedBytes = PendingRollbacks.Most * 4096;

    private string Reserve => Path.Combine(path, "reserved");

    internal IEnumerable<PendingRollback> All() =>
        (Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + Kind) : []).Select(Read).OfType<PendingRollback>();

    /// <summary>Reserves space on the disk, unless it is reserved already; false when there is none.</summary>
    internal bool TryReserve()
    {
        try
        {
            if (!File.Exists(Reserve) || new FileInfo(Reserve).Length < ReservedBytes)
            {
                PrivateFiles.MakeFolder(path);

                // Random: a file system that compresses zeros would reserve nothing.
                PrivateFiles.Write(Reserve, RandomNumberGenerator.GetBytes(ReservedBytes));
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>True once it is on the disk; false when the disk write fails, even in the reserved space.</summary>
    internal bool TryAdd(PendingRollback pending)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(pending, GrainMessages.Json);
        if (TryWrite(FileOf(pending), content))
        {
            return true;
        }

        try
        {
            File.Delete(Reserve);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return TryWrite(FileOf(pending), content);
    }

    /// <summary>Removes it; one that cannot be removed now is retried after the next start, which then finds it applied already.</summary>
    internal void Remove(PendingRollback pending)
    {
        try
        {
            File.Delete(FileOf(pending));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    private bool TryWrite(string file, byte[] content)
    {
        try
        {
            PrivateFiles.MakeFolder(path);
            PrivateFiles.Write(file, content);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Null for an incomplete file: no caller got the answer that it is stored.</summary>
    private static PendingRollback? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<PendingRollback>(File.ReadAllBytes(file), GrainMessages.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string FileOf(PendingRollback pending) => Path.Combine(path, pending.Envelope.CommandId + Kind);
}
