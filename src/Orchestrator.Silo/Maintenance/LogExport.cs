using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Files;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Maintenance;

/// <summary>
/// <c>export --to FILE [--object STREAM]</c>: events with everything, also what the API keeps to itself, in the form of an export of the
/// API. A store can be made of it (<see cref="LogImport"/>). The silo may keep running; the file is for its owner only.
/// </summary>
internal static class LogExport
{
    private const int Batch = 500;

    public static async Task Run(SiloSettings settings, string file, string? of, TextWriter output)
    {
        if (File.Exists(file))
        {
            throw new IOException($"{file} exists already; an export replaces no file.");
        }

        PrivateFiles.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = file + ".new";
        File.Delete(fresh);
        try
        {
            ExportLine.Last written;
            using (var stream = new FileStream(fresh, PrivateFiles.Making(FileMode.CreateNew)))
            {
                written = await Read(settings, stream, of);
                PrivateFiles.Sync(stream);
            }

            if (written.Events == 0)
            {
                throw new IOException(of is null ? "The log has no events; nothing was written." : $"There are no events of {of}; nothing was written.");
            }

            File.Move(fresh, file);
            await output.WriteLineAsync($"Exported {written.Events} events up to position {written.Position} to {Path.GetFullPath(file)}.");
            await output.WriteLineAsync("It has hashes of keys and of members: keep it as a backup is kept.");
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static async Task<ExportLine.Last> Read(SiloSettings settings, Stream stream, string? of)
    {
        if (settings.Postgres is { } database)
        {
            await using var log = await PostgresReader.Open(database);
            return await Write(stream, of, await log.Timeline(), await log.Head(), log.ReadAll);
        }

        using var reader = EmbeddedReader.Open(settings.Data);
        return await Write(stream, of, reader.Timeline(), reader.Head(), reader.ReadAll);
    }

    private static async Task<ExportLine.Last> Write(
        Stream stream, string? of, long timeline, long head,
        Func<long, int, CancellationToken, Task<IReadOnlyList<RecordedEvent>>> readAll)
    {
        await Line(stream, ExportLine.Write(new ExportHead(ExportHead.Newest, timeline, head, of, null, false)));
        var (after, last) = (0L, new ExportLine.Last(0, 0));
        while (after < head && await readAll(after, Batch, CancellationToken.None) is { Count: > 0 } events)
        {
            after = events[^1].Position;
            foreach (var e in events.Where(e => e.Position <= head && Includes(of, e.Stream)))
            {
                await Line(stream, ExportLine.Write(e));
                last = new ExportLine.Last(last.Events + 1, e.Position);
            }
        }

        await Line(stream, ExportLine.Write(last));
        return last;
    }

    /// <summary>True for the stream of that name, and for those of that kind.</summary>
    private static bool Includes(string? of, string stream) =>
        of is null || stream == of || stream.StartsWith(of.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static async Task Line(Stream stream, byte[] line)
    {
        await stream.WriteAsync(line);
        await stream.WriteAsync("\n"u8.ToArray());
    }
}
