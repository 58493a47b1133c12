using Orchestrator.Grains.Files;
using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo;

/// <summary>Restricts files of earlier builds in the data folder to their owner: they include hashes of keys and keys of members.</summary>
internal sealed partial class PrivateData(SiloSettings settings, ILogger<PrivateData> logger) : IHostedService
{
    /// <summary>Names of this product's files; a folder may contain others.</summary>
    private static readonly string[] Ours = ["orchestrator.*", "checkpoint*", "clock.json*", "kept", "replaced-*", "restor*", "snapshots"];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (PrivateFiles.Tighten(settings.Data, Ours) is { Count: > 0 } changed)
        {
            LogTightened(changed.Count, settings.Data, Path.GetFileName(changed[0]));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Count} files and folders in {Folder} were readable by other users ({First} was the first); their permissions are now restricted to the owner")]
    private partial void LogTightened(int count, string folder, string first);
}
