using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Domain.Audit;
using Orchestrator.Domain.Events;

namespace Orchestrator.Cli.Commands.History;

/// <summary>Verification of an export without a server: chains, positions, and checkpoints with their signatures.</summary>
internal static class OfflineCheck
{
    /// <summary>Largest file of checkpoints: the end of every stream at some hundred moments.</summary>
    private const int LargestFile = 256 * 1024 * 1024;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static ExitCode Run(Invocation invocation, string file, IReadOnlyList<string> checkpoints, string? key, CancellationToken stop)
    {
        if (!File.Exists(file))
        {
            throw new Failure(ExitCode.NotFound, $"{file} does not exist.");
        }

        using var signer = key is null ? null : Key(key);
        var report = Read(file, new ExportVerifier([.. checkpoints.SelectMany(Files).SelectMany(Checkpoints)], signer), stop);
        if (report.Events == 0 && report.Found > 0)
        {
            throw Failure.Invalid($"{file} is no export of events.", [.. report.Findings.Take(5).Select(one => one.Text)]);
        }

        var answer = JsonSerializer.SerializeToElement(
            new
            {
                intact = report.IsIntact,
                report.Events,
                report.Streams,
                report.Position,
                report.Hidden,
                whole = report.Head is { Object: null },
                report.Checkpoints,
                signed = signer is null || report.Checkpoints == 0
                    ? (bool?)null
                    : report.Findings.All(one => one.Rule != ExportRule.Signature),
                report.Found,
                report.Findings,
            },
            Web);
        invocation.Printer.One(answer, "export", _ => Tell(invocation.Terminal, report, signer is not null));
        return report.IsIntact ? ExitCode.Success : ExitCode.Failed;
    }

    private static ExportReport Read(string file, ExportVerifier verifier, CancellationToken stop)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1024 * 1024);
            foreach (var line in ExportLines.Of(stream))
            {
                stop.ThrowIfCancellationRequested();
                verifier.Add(line);
            }

            return verifier.Finish();
        }
        catch (InvalidDataException e)
        {
            throw Failure.Invalid($"{file}: {e.Message}");
        }
    }

    private static void Tell(Terminal terminal, ExportReport report, bool key)
    {
        var o = terminal.Out;
        o.WriteLine(report.IsIntact
            ? $"Intact: {report.Events} events in {report.Streams} streams, up to position {report.Position}, {Scope(report)}."
            : $"Changed: {report.Found} findings in {report.Events} events of {report.Streams} streams, {Scope(report)}.");
        foreach (var finding in report.Findings)
        {
            o.WriteLine("  " + Plain.Line(finding.Text));
        }

        if (report.Found > report.Findings.Count)
        {
            o.WriteLine($"  {report.Found - report.Findings.Count} more findings.");
        }

        if (report.Hidden > 0)
        {
            o.WriteLine($"{report.Hidden} events have members that the server keeps to itself: their content is not verified, their place is.");
        }

        o.WriteLine(
            report.Checkpoints == 0 ? "A missing tail is found only with a checkpoint (--checkpoints FILE)."
            : key ? $"Compared with {report.Checkpoints} checkpoints and the key that signs them."
            : $"Compared with {report.Checkpoints} checkpoints, whose signatures were not verified: name their key with --key FILE.");
    }

    private static string Scope(ExportReport report) => report.Head switch
    {
        null => "an export without a head",
        { Object: null } => "an export of the whole log",
        var head => $"an export of {Plain.Line(head.Object)}",
    };

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : File.Exists(path) ? [path]
        : throw new Failure(ExitCode.NotFound, $"{path} does not exist.");

    /// <summary>A file with one checkpoint, or with one in each line.</summary>
    private static IEnumerable<CheckpointFile> Checkpoints(string file)
    {
        var length = new FileInfo(file).Length;
        if (length > LargestFile)
        {
            throw Failure.Invalid($"{file} has {length} bytes; the limit is {LargestFile}.");
        }

        var bytes = File.ReadAllBytes(file);
        try
        {
            return [CheckpointFile.Read(bytes)];
        }
        catch (InvalidDataException whole)
        {
            try
            {
                using var lines = new MemoryStream(bytes);
                return [.. ExportLines.Of(lines).Where(line => !line.IsEmpty).Select(line => CheckpointFile.Read(line.Span))];
            }
            catch (InvalidDataException)
            {
                throw Failure.Invalid($"{file}: {whole.Message}");
            }
        }
    }

    private static ECDsa Key(string file)
    {
        if (!File.Exists(file))
        {
            throw new Failure(ExitCode.NotFound, $"{file} does not exist.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw Failure.Invalid($"{file} is no key in PEM: {e.Message}");
        }
    }
}
