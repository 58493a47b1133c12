namespace Orchestrator.Storage.Tests;

/// <summary>A data folder that goes with the test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orchestrator-storage-").FullName;

    public string Database => System.IO.Path.Combine(Path, "orchestrator.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
