using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Client.Table;

/// <summary>
/// The newest table on disk, for the next start: a header as one line of JSON, then the document. Written to a temporary file
/// and moved into place. Readable by this user only, because it holds the keys of segments' members.
/// </summary>
internal sealed class TableFile(string path, string server, TimeProvider time)
{
    /// <summary>Hash of address and key. A table of another server or key is not read: it would answer for another environment.</summary>
    private readonly string _server = Hash(Encoding.UTF8.GetBytes(server));

    /// <summary>
    /// Writes the table. Throws <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/> and other errors of file
    /// systems.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="left">Time for which the table may still be used.</param>
    public void Write(LocalTable table, TimeSpan left)
    {
        var document = table.Write();
        var now = time.GetUtcNow();
        var head = JsonSerializer.SerializeToUtf8Bytes(
            new Head(_server, table.Timeline, table.Position, Hash(document.Pieces), now, now + left), JsonSerializerOptions.Web);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // A random name and a new file: other users may write into the folder too.
        var beside = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var file = new FileStream(beside, options))
            {
                file.Write(head);
                file.WriteByte((byte)'\n');
                foreach (var piece in document.Pieces)
                {
                    file.Write(piece.Span);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>
    /// The table, and the time by which it is past its grant. Null for no file, for one of another server or key, and for a
    /// broken one.
    /// </summary>
    public (LocalTable Table, TimeSpan Past)? Read()
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var end = bytes.AsSpan().IndexOf((byte)'\n');
            var head = end < 0 ? null : JsonSerializer.Deserialize<Head>(bytes.AsSpan(0, end), JsonSerializerOptions.Web);
            var document = bytes.AsMemory(end + 1);
            if (head is null || head.Server != _server || head.Hash != Hash(document.Span))
            {
                return null;
            }

            // The tag is not kept: the first request asks for the whole table, so that a server's mistake cannot outlive a restart.
            var table = LocalTable.Read(document, head.Timeline, head.Position, "");
            var now = time.GetUtcNow();
            return (table, now < head.At ? TimeSpan.MaxValue : now <= head.Until ? TimeSpan.Zero : now - head.Until);
        }
        catch (Exception)
        {
            // A service starts without a broken file, as it did the first time.
            return null;
        }
    }

    public void Delete() => File.Delete(path);

    private static string Hash(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in pieces)
        {
            hash.AppendData(piece.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed record Head(string Server, long Timeline, long Position, string Hash, DateTimeOffset At, DateTimeOffset Until);
}
