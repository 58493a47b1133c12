using System.Security.Cryptography;
using Orchestrator.Domain.Events;
using Orchestrator.Grains.Checkpoints;
using Orchestrator.Silo.Settings;
using Orchestrator.Storage.Postgres;
using Orchestrator.Storage.Sqlite;

namespace Orchestrator.Silo.Maintenance;

/// <summary>
/// <c>verify [--checkpoint FILE] [--key FILE]</c>: computes every chain of the stored log, and compares it with a checkpoint. FILE is a
/// document of a folder, a blob, or the body that a webhook received. Nothing is written, and no process needs to run.
/// </summary>
internal static class Verification
{
    /// <summary>Exit code for a changed log, or a checkpoint that its key did not sign.</summary>
    public const int Changed = 5;

    public static async Task<int> Run(IConfiguration configuration, SiloSettings settings, TextWriter output)
    {
        var file = configuration["checkpoint"] is { } path ? CheckpointFile.Read(await File.ReadAllBytesAsync(path)) : null;
        var trusted = file is null || Signed(configuration, settings, file, output);
        var found = await Read(settings, (head, readAll) => Checkpoints.Compare(readAll, head, file?.Checkpoint ?? Checkpoint.Nothing));
        Tell(found, file?.Checkpoint, output);
        return found.IsIntact && trusted ? 0 : Changed;
    }

    /// <summary>
    /// With <c>--key</c> a PEM file of the key, public or private; without, the key of this installation. An unsigned checkpoint proves
    /// nothing.
    /// </summary>
    private static bool Signed(IConfiguration configuration, SiloSettings settings, CheckpointFile file, TextWriter output)
    {
        var path = configuration["key"] ?? CheckpointSettings.Read(configuration, settings.Data).Key;
        if (!File.Exists(path))
        {
            output.WriteLine($"There is no key {path}: the checkpoint cannot be verified. Name the key with --key FILE.");
            return false;
        }

        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new InvalidDataException($"{path} is not a key in PEM: {e.Message}", e);
        }

        var signed = file.SignedBy(key);
        output.WriteLine(signed ? $"The checkpoint of {file.Checkpoint.At:u} is signed by {path}." : $"The checkpoint was NOT signed by {path}, or was changed since.");
        return signed;
    }

    private static async Task<Comparison> Read(
        SiloSettings settings, Func<long, Func<long, int, CancellationToken, Task<IReadOnlyList<RecordedEvent>>>, Task<Comparison>> walk)
    {
        if (settings.Postgres is { } database)
        {
            await using var log = await PostgresReader.Open(database);
            return await walk(await log.Head(), log.ReadAll);
        }

        using var reader = EmbeddedReader.Open(settings.Data);
        return await walk(reader.Head(), reader.ReadAll);
    }

    private static void Tell(Comparison found, Checkpoint? checkpoint, TextWriter output)
    {
        var report = found.Report;
        output.WriteLine($"{report.Events} events in {report.Streams} streams, up to position {report.Position}.");
        foreach (var one in report.Broken.OrderBy(one => one.Position))
        {
            output.WriteLine($"  {one.Text}");
        }

        foreach (var one in found.Missing)
        {
            output.WriteLine($"  Against the checkpoint: {one.Text}");
        }

        output.WriteLine(
            !found.IsIntact ? $"THE LOG WAS CHANGED AFTER IT WAS WRITTEN{(report.First is { } first ? $": the first bad event is version {first.Version} of {first.Stream}, position {first.Position}" : "")}."
            : checkpoint is null ? "Every chain fits. A missing tail is found only with a checkpoint (--checkpoint FILE)."
            : $"Every chain fits, and nothing of the checkpoint of {checkpoint.At:u} is missing.");
    }
}
