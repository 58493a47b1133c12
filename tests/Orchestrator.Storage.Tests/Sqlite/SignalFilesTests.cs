using Orchestrator.Grains.Metrics.Signals;
using Orchestrator.Storage.Sqlite;
using Orchestrator.Storage.Tests.Contracts;

namespace Orchestrator.Storage.Tests.Sqlite;

/// <summary>The signals of the embedded store keep the contract.</summary>
public sealed class SignalFilesTests : SignalStoreContract
{
    private readonly Folder _folder = new();

    protected override Task<ISignalStore> Open() => Task.FromResult<ISignalStore>(new SignalFiles(_folder.Path));

    protected override ValueTask Close()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
