using System.Diagnostics;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>A file system of a few megabytes in memory, which can really be full. Needs the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("small-disk-");

    private SmallDisk()
    {
    }

    public string Data => Path.Combine(_place.FullName, "data");

    private string Ballast => Path.Combine(_place.FullName, "ballast");

    public static SmallDisk Mount()
    {
        var disk = new SmallDisk();
        Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk._place.FullName);
        return disk;
    }

    /// <summary>Takes every byte that is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1024 * 1024, 4096])
        {
            try
            {
                while (true)
                {
                    ballast.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full, by that size.
            }
        }
    }

    public void Free() => File.Delete(Ballast);

    /// <summary>Nothing can be written to it any more; nobody may have a file open for writing.</summary>
    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", _place.FullName);

    public void Dispose()
    {
        Run("umount", "-l", _place.FullName);
        _place.Delete();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
