using System.Globalization;

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

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, "orchestrator.db");

    private string HolderFile => HolderFileIn(Path);

    /// <summary>Creates the folder if it is missing and takes it, or fails at once.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or another store of this one, has it.</exception>
    public static DataFolder Claim(string folder)
    {
        var path = System.IO.Path.GetFullPath(folder);
        Directory.CreateDirectory(path);
        var claimed = new DataFolder(path, Hold(path));
        try
        {
            File.WriteAllText(claimed.HolderFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return claimed;
        }
        catch
        {
            claimed.hold.Dispose();
            throw;
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
            return new FileStream(
                System.IO.Path.Combine(path, "orchestrator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
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
