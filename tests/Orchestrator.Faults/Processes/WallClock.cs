namespace Orchestrator.Faults.Processes;

/// <summary>
/// The wall clock of one process, which can be made to jump. A small library loaded before libc answers for CLOCK_REALTIME; no other clock
/// changes.
/// </summary>
internal sealed class WallClock
{
    private readonly string _file;

    private WallClock(string library, string file)
    {
        _file = file;
        Environment = new Dictionary<string, string> { ["LD_PRELOAD"] = library, ["FAULTS_CLOCK"] = file };
    }

    /// <summary>Environment of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    public static async Task<WallClock> Prepare(string folder, string node)
    {
        var library = Path.Combine(folder, "clock.so");
        if (!File.Exists(library))
        {
            await Command.Run("gcc", "-shared", "-fPIC", "-O1", "-o", library, Path.Combine(AppContext.BaseDirectory, "Processes", "clock.c"), "-ldl");
        }

        var clock = new WallClock(library, Path.Combine(folder, node + ".clock"));
        clock.Jump(TimeSpan.Zero);
        return clock;
    }

    /// <summary>Sets the difference of the process's wall clock to the machine's from now on.</summary>
    public void Jump(TimeSpan ahead)
    {
        using var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)ahead.TotalSeconds));
    }
}
