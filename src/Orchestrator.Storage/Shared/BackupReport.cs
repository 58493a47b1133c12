using System.Globalization;

namespace Orchestrator.Storage.Shared;

/// <summary>Facts about a backup that was written.</summary>
/// <param name="File">Its absolute path; the checksum is beside it (<see cref="BackupChecksum"/>).</param>
/// <param name="Position">Position of its newest event; 0 when it has none.</param>
/// <param name="Events">Number of events.</param>
/// <param name="Streams">Number of streams with events.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Sha256">SHA-256 of the whole file, lower-case hexadecimal.</param>
public sealed record BackupReport(string File, long Position, long Events, long Streams, long Bytes, string Sha256)
{
    /// <summary>The facts as one line, for the operator and for the log.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Backup written to {File}: {Events} events of {Streams} streams up to position {Position}, with grain state; {Bytes} bytes, ")
        + $"SHA-256 {Sha256} (also in {BackupChecksum.Of(File)}).";
}
