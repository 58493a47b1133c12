using System.Text.RegularExpressions;

namespace Orchestrator.Benchmarks;

/// <summary>
/// bench/REPORT.md: a head with the commands to repeat it, and each section as last measured. Without dates: the history is git's.
/// </summary>
internal static partial class Report
{
    private static readonly string Head = """
        # What is promised about speed, and what was measured

        Written by `bench/run.sh`, which builds Release and measures everything; `bench/run.sh route|segment|client|simulate|signals|start|ofrep|peers|members|steady|streams|propagation|rollouts|dashboard|verify|history|hostile|fuzz|soak` measures sections alone
        and replaces only theirs. It needs the .NET SDK, `taskset`, `wrk`, for `peers` Node and for `segment`, `peers`, `members` and `propagation` PostgreSQL (in Debian: `apt-get install wrk postgresql nodejs npm`), for `streams` 3,000 open files
        in a process (`ulimit -Hn`), at least two cores, loopback, and about three quarters of an hour, of which `steady` takes 13 minutes.
        Let nothing else run: a load average far above 1 in a section's last line means that its times are its neighbours' too. What other machines should agree on are the ratios; times and sizes are those of the machine named in each section.

        """;

    private static string File => Path.Combine(Repository.Root, "bench", "REPORT.md");

    /// <summary>Replaces one section and keeps the others.</summary>
    public static void Write(string[] order, string name, Section section)
    {
        var parts = System.IO.File.Exists(File)
            ? Part().Matches(System.IO.File.ReadAllText(File)).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value)
            : [];
        parts[name] = $"{section.Text}\n{Machine()}\n";
        System.IO.File.WriteAllText(File, Head + string.Concat(order.Where(parts.ContainsKey).Select(one => $"\n<!-- {one} -->\n{parts[one]}<!-- /{one} -->\n")));
    }

    private static string Machine()
    {
        var model =
            System.IO.File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var load = System.IO.File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return $"Machine: {Environment.ProcessorCount} cores ({model ?? "unknown"}), .NET {Environment.Version}; load average at the end of the section {load}.";
    }

    [GeneratedRegex(@"<!-- (\w+) -->\n(.*?)<!-- /\1 -->", RegexOptions.Singleline)]
    private static partial Regex Part();
}
