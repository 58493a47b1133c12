using System.Diagnostics;

namespace Orchestrator.Silo.Tests.Integrity;

/// <summary>A disk that fails, for one process: a small library before libc answers its calls with an error.</summary>
internal sealed class FailingDisk : IDisposable
{
    public const int Io = 5;
    public const int ReadOnly = 30;

    private readonly DirectoryInfo _tools = Directory.CreateTempSubdirectory("disk-");

    private FailingDisk(string data) => Environment = new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library,
        ["FAULTS_DISK"] = Fault,
        ["FAULTS_DISK_UNDER"] = data,
    };

    /// <summary>Environment of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    private string Library => Path.Combine(_tools.FullName, "disk.so");

    private string Fault => Path.Combine(_tools.FullName, "fault");

    public static FailingDisk Under(string data)
    {
        var disk = new FailingDisk(data);
        disk.Answer(0);
        using var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-O1", "-o", disk.Library, Path.Combine(AppContext.BaseDirectory, "Integrity", "disk.c"), "-ldl"]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return disk;
    }

    /// <summary>From now on the disk answers with this error number; 0 is a healthy one.</summary>
    public void Answer(int error)
    {
        using var file = new FileStream(Fault, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes(error));
    }

    public void Dispose() => _tools.Delete(recursive: true);
}
