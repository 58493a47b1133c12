using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Orchestrator.Benchmarks.Route;

/// <summary>Nanoseconds and bytes of one route, against the minimum work in the same run.</summary>
internal static class RouteSection
{
    private const double MostNanoseconds = 40;

    public static Section Run()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default
                .WithToolchain(InProcessEmitToolchain.Instance)

                // Long enough to be compiled at the highest tier; then many iterations so short that some run without other load of the
                // machine.
                .WithWarmupCount(300).WithIterationCount(100).WithIterationTime(TimeInterval.FromMilliseconds(4)))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance);
        var summary = BenchmarkRunner.Run<RouteBenchmarks>(config);
        var measured = summary.Reports.Select(report => (
            Name: report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            report.BenchmarkCase.Descriptor.Baseline,
            Nanoseconds: report.ResultStatistics?.Min ?? double.NaN,
            Bytes: report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? -1)).ToArray();
        var bare = measured.Single(one => one.Baseline).Nanoseconds;
        return Section.Of(
            "Route in process",
            "BenchmarkDotNet, 4,096 users in turn, a table of 103 flags; the fastest of 100 iterations of 4 ms, which neighbours disturb least, and ratios to the least that any router does (find the flag, hash the user, compare) in the same run.",
            [.. measured.Select(one => Of(one.Name, one.Nanoseconds, one.Bytes, one.Nanoseconds / bare,
                one.Baseline || one.Name.Contains("HMAC", StringComparison.Ordinal) || one.Name.StartsWith("served", StringComparison.Ordinal)))]);
    }

    private static Row Of(string name, double nanoseconds, long bytes, double ratio, bool isFigure)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.0} ns, {bytes} bytes, {ratio:0.00} of bare");
        return isFigure ? new Row(name, text) : new Row(name, text, $"at most {MostNanoseconds:0} ns and 0 bytes", nanoseconds <= MostNanoseconds && bytes == 0);
    }
}
