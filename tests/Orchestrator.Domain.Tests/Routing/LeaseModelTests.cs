using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Domain.Tests.Routing;

/// <summary>The proof of the lease, and that it notices mistakes: <c>docs/lease/check.sh</c>, line by line.</summary>
[Trait("Speed", "Slow")]
public sealed class LeaseModelTests
{
    private static readonly string[] Mistakes =
    [
        "expiry of a client counted from the grant, not what is left of the node's lease",
        "freshness of a node counted from the receipt of the head",
        "lease of a client counted from the receipt of the grant",
        "no margin for a slow clock",
        "acknowledgements of all nodes alone as completion",
        "acknowledgements of all but silent nodes as completion",
        "an answer written after a pause without a second look at the lease",
        "a monotonic clock that stood still while the machine slept",
        "a late push with an older table is applied",
    ];

    [Fact]
    public async Task The_model_of_the_lease_holds_is_not_empty_and_every_mistake_is_found()
    {
        var (code, lines) = await Check();
        var all = string.Join('\n', lines);

        Assert.True(code == 0, all);
        Assert.All(lines[..^1], line => Assert.StartsWith("ok      ", line, StringComparison.Ordinal));
        Assert.Equal("ok      the design: no new later than lease + 1 s, none after the guarantee", lines[0]);
        Assert.Equal(7, lines.Count(line => line.StartsWith("ok      reached: ", StringComparison.Ordinal)));
        Assert.Equal(Mistakes.Select(mistake => $"ok      found: {mistake}"), lines.Where(line => line.Contains("found: ", StringComparison.Ordinal)));
        Assert.Equal("17 of 17 as expected", lines[^1]);
    }

    private static async Task<(int Code, string[] Lines)> Check([CallerFilePath] string here = "")
    {
        var script = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "lease", "check.sh"));
        using var process =
            Process.Start(new ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            .. (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
    }
}
