using Orchestrator.Grains.Files;
using Orchestrator.Grains.World.Snapshots;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// Snapshots of the embedded store, in files beside the database, so that they never wait for its writer nor it for them. Written without
/// a flush: a file that a crash cuts off does not have the hash that is its name.
/// </summary>
internal sealed class SnapshotFiles(string dataFolder) : ISnapshotStore
{
    private const string TextEnding = ".txt";
    private const string PartEnding = ".part";
    private const string FreshEnding = ".new";

    private readonly string _folder = Path.Combine(dataFolder, "snapshots");
    private readonly SemaphoreSlim _one = new(1);

    public Task<IReadOnlyList<string>> List(CancellationToken stop = default) => Task.FromResult<IReadOnlyList<string>>(
        [.. Files(TextEnding).Select(file => Path.GetFileNameWithoutExtension(file.Name))]);

    public async Task<string?> Read(string name, CancellationToken stop = default)
    {
        try
        {
            return await File.ReadAllTextAsync(At(name, TextEnding), stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public async Task<byte[]?> Part(string name, CancellationToken stop = default)
    {
        try
        {
            return await File.ReadAllBytesAsync(At(name, PartEnding), stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task<long> LogBytes(CancellationToken stop = default) => Task.FromResult(new[] { "", "-wal" }
        .Select(ending => new FileInfo(Path.Combine(dataFolder, DataFolder.DatabaseName + ending))).Where(file => file.Exists)
        .Sum(file => file.Length));

    /// <summary>One process has the folder, so only its own turns wait for each other.</summary>
    public async Task<ISnapshotTurn?> Turn(CancellationToken stop = default)
    {
        await _one.WaitAsync(stop).ConfigureAwait(false);
        PrivateFiles.MakeFolder(_folder);
        foreach (var interrupted in Files(FreshEnding))
        {
            interrupted.Delete();
        }

        return new OwnTurn(this);
    }

    private IEnumerable<FileInfo> Files(string ending) =>
        new DirectoryInfo(_folder) is { Exists: true } folder ? folder.EnumerateFiles("*" + ending) : [];

    private string At(string name, string ending) => Path.Combine(_folder, Path.GetFileName(name) + ending);

    private sealed class OwnTurn(SnapshotFiles files) : ISnapshotTurn
    {
        public Task<IReadOnlyDictionary<string, long>> Parts(CancellationToken stop = default) =>
            Task.FromResult<IReadOnlyDictionary<string, long>>(
                files.Files(PartEnding).ToDictionary(file => Path.GetFileNameWithoutExtension(file.Name), file => file.Length));

        public Task Put(string name, ReadOnlyMemory<byte> part, CancellationToken stop = default) =>
            Write(files.At(name, PartEnding), part, stop);

        public Task Commit(string name, string text, CancellationToken stop = default) =>
            Write(files.At(name, TextEnding), System.Text.Encoding.UTF8.GetBytes(text), stop);

        public Task Remove(IReadOnlyCollection<string> names, CancellationToken stop = default) => Delete(names, TextEnding);

        public Task Sweep(IReadOnlyCollection<string> parts, CancellationToken stop = default) => Delete(parts, PartEnding);

        public ValueTask DisposeAsync()
        {
            files._one.Release();
            return ValueTask.CompletedTask;
        }

        private static async Task Write(string path, ReadOnlyMemory<byte> content, CancellationToken stop)
        {
            var fresh = path + FreshEnding;
            await using (var stream = new FileStream(fresh, PrivateFiles.Making(FileMode.Create)))
            {
                await stream.WriteAsync(content, stop).ConfigureAwait(false);
            }

            File.Move(fresh, path, overwrite: true);
        }

        private Task Delete(IEnumerable<string> names, string ending)
        {
            foreach (var name in names)
            {
                File.Delete(files.At(name, ending));
            }

            return Task.CompletedTask;
        }
    }
}
