using System.Globalization;
using Orchestrator.Grains.Files;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The folder of the embedded store, held by one process at a time.</summary>
/// <remarks>
/// The operating system holds the lock, so the lock ends with the process, however the process ends. The process id of the holder is in a
/// file of its own, because a locked file cannot be read on every platform.
/// </remarks>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _hold;

    private DataFolder(string path, FileStream hold)
    {
        Path = path;
        _hold = hold;
    }

    private const string Lock = "orchestrator.lock";

    public string Path { get; }

    /// <summary>Name of the database file.</summary>
    public const string DatabaseName = "orchestrator.db";

    public string Database => System.IO.Path.Combine(Path, DatabaseName);

    /// <summary>The file that is locked. It stays, and records that there was a log.</summary>
    public string LockFile => System.IO.Path.Combine(Path, Lock);

    /// <summary>True when a log was ever created in this folder: a log that is missing then is a loss, and no first start.</summary>
    public bool HadLog => _hold.Length > 0;

    private string HolderFile => HolderFileIn(Path);

    /// <summary>Creates the folder if it is missing and locks it, or fails at once.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or another store of this process, has locked it.</exception>
    public static DataFolder Claim(string folder)
    {
        var path = System.IO.Path.GetFullPath(folder);
        PrivateFiles.MakeFolder(path);
        var claimed = new DataFolder(path, Hold(path));
        try
        {
            using (var holder = new StreamWriter(claimed.HolderFile, PrivateFiles.Making(FileMode.Create)))
            {
                holder.Write(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            }

            return claimed;
        }
        catch
        {
            claimed._hold.Dispose();
            throw;
        }
    }

    /// <summary>Records that there is a log now.</summary>
    public void RememberLog()
    {
        if (!HadLog)
        {
            _hold.Write("There is a log in this folder.\n"u8);
            PrivateFiles.Sync(_hold);
        }
    }

    public void Dispose()
    {
        // Before the lock is released: afterwards the file may already name the next holder.
        File.Delete(HolderFile);
        _hold.Dispose();
    }

    private static FileStream Hold(string path)
    {
        try
        {
            var options = PrivateFiles.Making(FileMode.OpenOrCreate, FileAccess.ReadWrite);
            options.BufferSize = 0;
            return new FileStream(System.IO.Path.Combine(path, Lock), options);
        }
        catch (IOException e) when (IsHeldElsewhere(e))
        {
            throw new DataFolderInUseException(path, Holder(path), e);
        }
    }

    private static string HolderFileIn(string path) => System.IO.Path.Combine(path, "orchestrator.pid");

    private static int? Holder(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(HolderFileIn(path)), CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// True for EWOULDBLOCK of Linux and of macOS and the sharing violation of Windows. A full disk is no lock of another process.
    /// </summary>
    private static bool IsHeldElsewhere(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}

/// <summary>The data folder belongs to another process.</summary>
public sealed class DataFolderInUseException(string folder, int? holder, Exception inner) : IOException(
    $"The data folder {folder} is in use by "
    + $"{(holder is { } id ? $"process {id.ToString(CultureInfo.InvariantCulture)}" : "another process")}. "
    + "One process owns it: stop that process, or give this one a folder of its own (Orchestrator:Data).", inner)
{
    /// <summary>The folder, as a full path.</summary>
    public string Folder { get; } = folder;

    /// <summary>Id of the process that has it; null when it could not be read.</summary>
    public int? Holder { get; } = holder;
}
