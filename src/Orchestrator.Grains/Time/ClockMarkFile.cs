using System.Text.Json;
using Orchestrator.Grains.Files;

namespace Orchestrator.Grains.Time;

/// <summary>Steady time and the monotonic clock at one moment of one run of the machine: the next process continues from there.</summary>
/// <param name="Boot">Which run of the machine: monotonic readings of two of them cannot be compared.</param>
/// <param name="Timestamp">Monotonic clock, in 1/<paramref name="Frequency"/> of a second.</param>
/// <param name="Frequency">Of the monotonic clock.</param>
/// <param name="Now">Steady time at that moment.</param>
public sealed record ClockMark(string Boot, long Timestamp, long Frequency, DateTimeOffset Now);

/// <summary>The newest mark, as a file on this machine: what it says of another machine's monotonic clock would be worth nothing.</summary>
/// <param name="path">Where.</param>
/// <param name="boot">Which run of the machine this is; null where nobody can say, and then nothing is kept.</param>
public sealed class ClockMarkFile(string path, string? boot)
{
    private const string LinuxBoot = "/proc/sys/kernel/random/boot_id";

    /// <summary>Which run of the machine this is.</summary>
    public string? Boot => boot;

    /// <summary>The id of this run of the machine, as Linux gives it; null elsewhere.</summary>
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

    /// <summary>The mark kept last; null for none, and for one that cannot be read.</summary>
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

    /// <summary>Keeps a mark. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</summary>
    public void Keep(SteadyTime time)
    {
        if (boot is null)
        {
            return;
        }

        var (now, timestamp) = time.Mark();
        PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);

        // Two processes may share the folder: each writes beside under a name of its own.
        var beside = $"{path}.{Environment.ProcessId}";
        PrivateFiles.Write(beside, JsonSerializer.SerializeToUtf8Bytes(new ClockMark(boot, timestamp, time.TimestampFrequency, now)));
        File.Move(beside, path, overwrite: true);
    }
}
