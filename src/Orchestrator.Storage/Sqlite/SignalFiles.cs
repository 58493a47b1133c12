using System.Globalization;
using System.Runtime.CompilerServices;
using Orchestrator.Domain.Metrics.Kept;
using Orchestrator.Grains.Files;
using Orchestrator.Grains.Metrics.Signals;

namespace Orchestrator.Storage.Sqlite;

/// <summary>
/// Signals of the embedded store: a folder for each rollout beside the database, a file for each day (UTC) in which blocks end, and blocks
/// behind each other in it. Written without a flush: a block that a crash cuts off has no valid checksum and is passed over.
/// </summary>
internal sealed class SignalFiles(string dataFolder) : ISignalStore
{
    private const string Ending = ".sig";
    private const string DayForm = "yyyy-MM-dd";

    private readonly string _folder = Path.Combine(dataFolder, "signals");

    public async Task Append(string rollout, StoredBlock block, CancellationToken stop = default)
    {
        PrivateFiles.MakeFolder(Of(rollout));
        await using var stream = new FileStream(
            At(rollout, block.To), PrivateFiles.Making(FileMode.Append, share: FileShare.Read | FileShare.Delete));
        await stream.WriteAsync(block.Bytes, stop).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(
        string rollout, long from, long to, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var (first, last) = (Name(from), Name(to));
        foreach (var file in Days(rollout))
        {
            if (string.CompareOrdinal(file.Name, first) < 0)
            {
                continue;
            }

            byte[] bytes;
            try
            {
                await using var stream = new FileStream(
                    file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                bytes = new byte[stream.Length];
                var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
                bytes = bytes[..read];
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                continue;
            }

            yield return bytes;

            // A block that began in the range may end days later: one file more.
            if (string.CompareOrdinal(file.Name, last) > 0)
            {
                yield break;
            }
        }
    }

    public Task<long> Bytes(string rollout, CancellationToken stop = default) =>
        Task.FromResult(Days(rollout).Sum(file => file.Length));

    public Task Shrink(string rollout, long bytes, CancellationToken stop = default)
    {
        var days = Days(rollout);
        var left = days.Sum(file => file.Length);
        foreach (var day in days.SkipLast(1).TakeWhile(_ => left > bytes))
        {
            left -= day.Length;
            day.Delete();
        }

        return Task.CompletedTask;
    }

    public async Task Rewind(string rollout, long to, CancellationToken stop = default)
    {
        foreach (var day in Days(rollout).Where(day => string.CompareOrdinal(day.Name, Name(to)) >= 0))
        {
            var kept = SignalCodec.Find(await File.ReadAllBytesAsync(day.FullName, stop).ConfigureAwait(false))
                .Where(block => block.To <= to).SelectMany(block => block.Bytes.ToArray()).ToArray();
            if (kept.Length == 0)
            {
                day.Delete();
            }
            else
            {
                PrivateFiles.Write(day.FullName, kept);
            }
        }
    }

    public Task Forget(long before, CancellationToken stop = default)
    {
        var first = Name(before);
        foreach (var rollout in new DirectoryInfo(_folder) is { Exists: true } all ? all.EnumerateDirectories() : [])
        {
            foreach (var day in Days(rollout.Name).Where(day => string.CompareOrdinal(day.Name, first) < 0))
            {
                day.Delete();
            }

            if (!rollout.EnumerateFileSystemInfos().Any())
            {
                rollout.Delete();
            }
        }

        return Task.CompletedTask;
    }

    private FileInfo[] Days(string rollout) => new DirectoryInfo(Of(rollout)) is { Exists: true } folder
        ? [.. folder.EnumerateFiles("*" + Ending).OrderBy(file => file.Name, StringComparer.Ordinal)]
        : [];

    private string Of(string rollout) => Path.Combine(_folder, Path.GetFileName(rollout));

    private string At(string rollout, long to) => Path.Combine(Of(rollout), Name(to));

    private static string Name(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(millis, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()))
        .ToString(DayForm, CultureInfo.InvariantCulture) + Ending;
}
