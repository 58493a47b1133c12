using System.Globalization;

namespace Orchestrator.Storage;

/// <summary>A backup as it was written.</summary>
/// <param name="File">Its absolute path; the checksum is beside it (<see cref="BackupChecksum"/>).</param>
/// <param name="Position">Of the newest event in it; 0 when it has none.</param>
/// <param name="Events">Number of events.</param>
/// <param name="Streams">Number of streams with events.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Sha256">Of the whole file, lower-case hexadecimal.</param>
public sealed record BackupReport(string File, long Position, long Events, long Streams, long Bytes, string Sha256)
{
    /// <summary>One sentence a fact, for the person or the log that asked for the backup.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Backup written to {File}: {Events} events of {Streams} streams up to position {Position}, with the state of grains; {Bytes} bytes, SHA-256 {Sha256} (also in {BackupChecksum.Of(File)}).");
}
