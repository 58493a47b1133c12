using System.Text.Json;
using Orchestrator.Grains.Files;

namespace Orchestrator.Grains.Time;

/// <summary>Steady time and the monotonic clock at one moment of one run of the machine: the next process continues from there.</summary>
/// <param name="Boot">Boot id of the machine: monotonic readings of two boots cannot be compared.</param>
/// <param name="Timestamp">Monotonic clock, in 1/<paramref name="Frequency"/> of a second.</param>
/// <param name="Frequency">Frequency of the monotonic clock.</param>
/// <param name="Now">Steady time at that moment.</param>
public sealed record ClockMark(string Boot, long Timestamp, long Frequency, DateTimeOffset Now);

/// <summary>The newest mark, as a file on this machine: a reading of another machine's monotonic clock would be worthless.</summary>
/// <param name="path">Path of the file.</param>
/// <param name="boot">Boot id of the machine; null where the system gives none, and then no mark is stored.</param>
public sealed class ClockMarkFile(string path, string? boot)
{
    private const string LinuxBoot = "/proc/sys/kernel/random/boot_id";

    /// <summary>Boot id of the machine.</summary>
    public string? Boot => boot;

    /// <summary>Boot id of the machine, on Linux; null elsewhere.</summary>
    public static string? ThisBoot()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText(LinuxBoot).Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The last stored mark; null for none, and for one that cannot be read.</summary>
    public ClockMark? Read()
    {
        try
        {
            return boot is null ? null : JsonSerializer.Deserialize<ClockMark>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Stores a mark. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</summary>
    public void Keep(SteadyTime time)
    {
        if (boot is null)
        {
            return;
        }

        var (now, timestamp) = time.Mark();
        PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);

        // Two processes may share the folder: each writes to a temporary file of its own.
        var beside = $"{path}.{Environment.ProcessId}";
        PrivateFiles.Write(beside, JsonSerializer.SerializeToUtf8Bytes(new ClockMark(boot, timestamp, time.TimestampFrequency, now)));
        File.Move(beside, path, overwrite: true);
    }
}
