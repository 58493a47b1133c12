using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Orchestrator.Storage.Sqlite;

/// <summary>Checks of the database file before it is opened, and its errors, each as one sentence for the operator.</summary>
internal static class StoreFile
{
    // From https://www.sqlite.org/fileformat.html, "The Database Header".
    private const int HeaderBytes = 100;
    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Refuses a file that cannot be a whole store, and an empty or missing file where there was a log.</summary>
    /// <exception cref="StoreRefusedException">The file is refused. Nothing was changed.</exception>
    public static void Check(DataFolder folder)
    {
        var (file, length) = (folder.Database, Length(folder.Database));
        if (length == 0)
        {
            if (folder.HadLog)
            {
                throw new StoreRefusedException(
                    $"{folder.Path} has had a log, but {file} is {(File.Exists(file) ? "empty" : "missing")}: "
                    + $"restore a backup (restore --from FILE). To begin a new, empty log on purpose, delete {folder.LockFile} as well.");
            }

            return;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            header = header[..stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false)];
        }

        if (header.Length < HeaderBytes || !header.StartsWith(Magic))
        {
            throw new StoreRefusedException(NoDatabase(file));
        }

        // With a write-ahead log beside it a shorter file may be whole: SQLite repeats an interrupted checkpoint.
        if (Length(file + "-wal") == 0 && Declared(header) is { } declared && length < declared)
        {
            throw new StoreRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"{file} is cut off: it has {length} bytes of {declared}. Restore a backup (restore --from FILE)."));
        }
    }

    /// <summary>The sentence for an error of SQLite or of the file system; null when the cause is a bug.</summary>
    public static StoreRefusedException? Refusal(string file, Exception e) => e switch
    {
        SqliteException { SqliteErrorCode: 11 } => new($"{file} is damaged ({e.Message}): restore a backup (restore --from FILE).", e),
        SqliteException { SqliteErrorCode: 26 } => new(NoDatabase(file), e),
        SqliteException { SqliteErrorCode: 3 or 8 or 14 or 23 } => new(
            $"{file} cannot be opened for writing ({e.Message}): check the permissions of the file and its folder, and that the file "
            + "system is not read-only.", e),
        SqliteException { SqliteErrorCode: 13 } => new($"{file} cannot be opened: the disk is full.", e),
        SqliteException { SqliteErrorCode: 5 } => new($"{file} is locked by another program: stop that program.", e),
        SqliteException { SqliteErrorCode: 10 } => new($"{file} cannot be read or written ({e.Message}): the disk is failing.", e),
        UnauthorizedAccessException or IOException and not DataFolderInUseException =>
            new($"{file} cannot be opened for writing: {e.Message}", e),
        _ => null,
    };

    private static string NoDatabase(string file) =>
        $"{file} is no SQLite database: give the process the folder of its own store (Orchestrator:Data), or restore a backup.";

    private static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    /// <summary>Size of the file in bytes according to its header; null where the header does not confirm that number.</summary>
    private static long? Declared(ReadOnlySpan<byte> header)
    {
        var page = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var small && small == 1 ? 65536 : small;
        return header[24..28].SequenceEqual(header[92..96]) ? (long)page * BinaryPrimitives.ReadUInt32BigEndian(header[28..]) : null;
    }
}
