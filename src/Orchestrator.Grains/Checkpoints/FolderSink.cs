using System.Globalization;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Files;

namespace Orchestrator.Grains.Checkpoints;

/// <summary>A folder with <c>checkpoint.json</c>, replaced in one step: a reader finds the old one or the new one.</summary>
internal sealed class FolderSink(string folder) : ICheckpointSink
{
    private string Current => Path.Combine(folder, "checkpoint.json");

    public string Name => $"folder {folder}";

    public async Task<CheckpointFile?> Newest(CancellationToken stop) =>
        File.Exists(Current) ? CheckpointFile.Read(await File.ReadAllBytesAsync(Current, stop)) : null;

    public async Task Put(CheckpointFile file, CancellationToken stop)
    {
        PrivateFiles.MakeFolder(folder);
        if (await Newest(stop) is { } old && old.Checkpoint.Timeline != file.Checkpoint.Timeline)
        {
            // The last checkpoint of a timeline that a restore ended: it still shows what the restore lost.
            File.Move(Current, Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{old.Checkpoint.Timeline}.json")), overwrite: false);
        }

        var fresh = Current + ".new";
        PrivateFiles.Write(fresh, file.Write());
        File.Move(fresh, Current, overwrite: true);
    }
}
