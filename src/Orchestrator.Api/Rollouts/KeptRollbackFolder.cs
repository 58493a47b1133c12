using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Serialization;

namespace Orchestrator.Api.Rollouts;

/// <summary>Kept rollbacks on disk, one file each, and room that is held for them: a full disk is when they are needed.</summary>
/// <param name="path">Folder; made when it is needed.</param>
public sealed class KeptRollbackFolder(string path)
{
    private const string Kind = ".json";

    /// <summary>Room for <see cref="KeptRollbacks.Most"/> files of a block each.</summary>
    private const int ReservedBytes = KeptRollbacks.Most * 4096;

    private string Reserve => Path.Combine(path, "reserved");

    internal IEnumerable<KeptRollback> All() =>
        (Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + Kind) : []).Select(Read).OfType<KeptRollback>();

    /// <summary>Takes room from the disk, unless it is held already; false when there is none.</summary>
    internal bool TryReserve()
    {
        try
        {
            if (!File.Exists(Reserve) || new FileInfo(Reserve).Length < ReservedBytes)
            {
                PrivateFiles.MakeFolder(path);

                // Random: a file system that packs zeros would hold nothing.
                PrivateFiles.Write(Reserve, RandomNumberGenerator.GetBytes(ReservedBytes));
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Returns true when it survives the process; false when the disk takes nothing, not even in the place of what was reserved.</summary>
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

    /// <summary>Removes it; one that cannot be removed now is tried again after the next start, and then is done already.</summary>
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

    /// <summary>Null for one whose writing was cut off: no caller was answered that it is kept.</summary>
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
