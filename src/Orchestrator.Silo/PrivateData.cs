using Orchestrator.Grains.Files;

namespace Orchestrator.Silo;

/// <summary>Sees to it that what an earlier build left in the data folder is for its owner alone: hashes of keys and keys of members are among it.</summary>
internal sealed partial class PrivateData(SiloSettings settings, ILogger<PrivateData> logger) : IHostedService
{
    /// <summary>Names that this product puts there; a folder may hold more than that.</summary>
    private static readonly string[] Ours = ["orchestrator.*", "checkpoint*", "clock.json*", "kept", "replaced-*", "restor*"];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (PrivateFiles.Tighten(settings.Data, Ours) is { Count: > 0 } changed)
        {
            LogTightened(changed.Count, settings.Data, Path.GetFileName(changed[0]));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Count} files and folders in {Folder} could be opened by others than their owner ({First} was the first); they cannot any more")]
    private partial void LogTightened(int count, string folder, string first);
}
