using System.Globalization;
using Orchestrator.Grains.Files;

namespace Orchestrator.Storage.Sqlite;

/// <summary>The folder of the embedded store, held by one process at a time.</summary>
/// <remarks>
/// The operating system holds the lock, so it goes with the process however that ends. The holder's id stands in a file of
/// its own, because a locked file cannot be read on every platform.
/// </remarks>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream hold;

    private DataFolder(string path, FileStream hold)
    {
        Path = path;
        this.hold = hold;
    }

    private const string Lock = "orchestrator.lock";

    public string Path { get; }

    /// <summary>Name of the database's file.</summary>
    public const string DatabaseName = "orchestrator.db";

    public string Database => System.IO.Path.Combine(Path, DatabaseName);

    /// <summary>The file that is locked; it says for ever whether there was a log here.</summary>
    public string LockFile => System.IO.Path.Combine(Path, Lock);

    /// <summary>True when a log was made in this folder at any time: one that is gone is a loss, and no first start.</summary>
    public bool HadLog => hold.Length > 0;

    private string HolderFile => HolderFileIn(Path);

    /// <summary>Creates the folder if it is missing and takes it, or fails at once.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or another store of this one, has it.</exception>
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
            claimed.hold.Dispose();
            throw;
        }
    }

    /// <summary>Notes that there is a log now.</summary>
    public void RememberLog()
    {
        if (!HadLog)
        {
            hold.Write("There is a log in this folder.\n"u8);
            PrivateFiles.Sync(hold);
        }
    }

    public void Dispose()
    {
        // While the lock is still held: afterwards the file may already name the next holder.
        File.Delete(HolderFile);
        hold.Dispose();
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

    /// <summary>EWOULDBLOCK of Linux and of macOS, the sharing violation of Windows. A full disk is not somebody else's lock.</summary>
    private static bool IsHeldElsewhere(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);
}

/// <summary>The data folder belongs to another process.</summary>
public sealed class DataFolderInUseException(string folder, int? holder, Exception inner) : IOException(
    $"The data folder {folder} is in use by {(holder is { } id ? $"process {id.ToString(CultureInfo.InvariantCulture)}" : "another process")}. "
    + "One process owns it: stop that one, or give this one a folder of its own (Orchestrator:Data).", inner)
{
    /// <summary>The folder, as a full path.</summary>
    public string Folder { get; } = folder;

    /// <summary>The process that holds it, when it could be read.</summary>
    public int? Holder { get; } = holder;
}
