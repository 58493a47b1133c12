using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Serialization;

namespace Orchestrator.Api.Rollouts;

/// <summary>Pending rollbacks on disk, one file each, and space reserved for them: they must also work on a full disk.</summary>
/// <param name="path">Folder; created when needed.</param>
public sealed class KeptRollbackFolder(string path)
{
    private const string Kind = ".json";

    /// <summary>Reserved space for <see cref="KeptRollbacks.Most"/> files of a block each.</summary>
    private const int ReservedBytes = KeptRollbacks.Most * 4096;

    private string Reserve => Path.Combine(path, "reserved");

    internal IEnumerable<KeptRollback> All() =>
        (Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + Kind) : []).Select(Read).OfType<KeptRollback>();

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
    internal bool TryAdd(KeptRollback kept)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(kept, GrainMessages.Json);
        if (TryWrite(FileOf(kept), content))
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

        return TryWrite(FileOf(kept), content);
    }

    /// <summary>Removes it; one that cannot be removed now is retried after the next start, which then finds it applied already.</summary>
    internal void Remove(KeptRollback kept)
    {
        try
        {
            File.Delete(FileOf(kept));
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
