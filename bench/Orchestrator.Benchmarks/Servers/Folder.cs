namespace Orchestrator.Benchmarks.Servers;

/// <summary>A data folder that is deleted afterwards.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orchestrator-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
