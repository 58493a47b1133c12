using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Orchestrator.Grains.Files;

/// <summary>Files and folders that only their owner may open: 0600 and 0700. Windows inherits the rights of the folder above.</summary>
public static class PrivateFiles
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private static readonly Lazy<FileSync> Fsync = new(() =>
        Marshal.GetDelegateForFunctionPointer<FileSync>(NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "fsync")));

    /// <summary>Creates a folder and its parents where they are missing; an existing one keeps its rights.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // The rights apply to the last folder only, so each one is created by itself.
        if (!Directory.Exists(path))
        {
            if (Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) is { } above)
            {
                MakeFolder(above);
            }

            Directory.CreateDirectory(path, OwnerFolder);
        }
    }

    /// <summary>Options of a stream that creates its file for the owner alone.</summary>
    public static FileStreamOptions Making(FileMode mode, FileAccess access = FileAccess.Write, FileShare share = FileShare.None)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return options;
    }

    /// <summary>Writes a file, replacing one of that name. Returns once it is on the disk.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var stream = new FileStream(path, Making(FileMode.Create));
        stream.Write(content);
        Sync(stream);
    }

    /// <summary>
    /// Returns once the file is on the disk. The platform's own flush ignores a failed <c>fsync</c>, so it is called here.
    /// </summary>
    /// <exception cref="IOException">Writing to the disk failed.</exception>
    public static void Sync(FileStream stream)
    {
        stream.Flush(flushToDisk: OperatingSystem.IsWindows());
        if (!OperatingSystem.IsWindows() && Fsync.Value((int)stream.SafeFileHandle.DangerousGetHandle()) != 0)
        {
            throw new IOException($"{stream.Name} could not be flushed to the disk: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    /// <summary>Creates an empty file where there is none, for a program that fills it and keeps its rights.</summary>
    public static void Touch(string path)
    {
        using var stream = new FileStream(path, Making(FileMode.OpenOrCreate));
    }

    /// <summary>
    /// Removes all rights of other users on a folder and its content; links are left alone. A file of another owner stays as
    /// it is.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">Patterns of its entries to change, with all below; null for all.</param>
    /// <returns>Paths whose rights were changed.</returns>
    public static IReadOnlyList<string> Tighten(string folder, params string[]? names)
    {
        var here = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint };
        var below = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, RecurseSubdirectories = true };
        var entries = (names ?? ["*"]).SelectMany(name => Directory.EnumerateFileSystemEntries(folder, name, here))
            .SelectMany(entry => Directory.Exists(entry) ? Directory.EnumerateFileSystemEntries(entry, "*", below).Prepend(entry) : [entry]);
        return [.. entries.Prepend(folder).Where(path => Tighten(path, Directory.Exists(path) ? OwnerFolder : OwnerFile))];
    }

    private static bool Tighten(string path, UnixFileMode most)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~most) == UnixFileMode.None)
            {
                return false;
            }

            File.SetUnixFileMode(path, mode & most);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl, SetLastError = true)]
    private delegate int FileSync(int file);
}
