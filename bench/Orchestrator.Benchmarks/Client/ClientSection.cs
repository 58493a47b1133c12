using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Orchestrator.Benchmarks.Client;

/// <summary>The .NET client against its limit and its peer, in one run.</summary>
internal static class ClientSection
{
    private const double MostNanoseconds = 40;
    private const double LeastTimes = 30;

    public static Section Run()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default
                .WithToolchain(InProcessEmitToolchain.Instance)

                // As in the section of the route: the highest tier first, then many short iterations.
                .WithWarmupCount(300).WithIterationCount(100).WithIterationTime(TimeInterval.FromMilliseconds(4)))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance);
        var measured = BenchmarkRunner.Run<ClientBenchmarks>(config).Reports.Select(report => (
            Name: report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            Method: report.BenchmarkCase.Descriptor.WorkloadMethod.Name,
            Nanoseconds: report.ResultStatistics?.Min ?? double.NaN,
            Bytes: report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? -1)).ToDictionary(one => one.Method);
        var (bare, segment, peer) = (measured[nameof(ClientBenchmarks.Bare)], measured[nameof(ClientBenchmarks.Segment)],
            measured[nameof(ClientBenchmarks.Targeting)]);
        var times = peer.Nanoseconds / segment.Nanoseconds;
        return Section.Of(
            "Client in process",
            "`IRolloutRouter.Route(flag, user)` of the .NET client with its look at the lease, and Microsoft.FeatureManagement's targeting filter (a group, and 25 % of the rest), 4,096 users in turn, about 100 flags; "
            + "the fastest of 100 iterations of 4 ms, and ratios to the least that any router does in the same run.",
            [
                .. measured.Values.Select(one => new Row(one.Name, string.Create(CultureInfo.InvariantCulture, $"{one.Nanoseconds:0.0} ns, {one.Bytes} bytes, {one.Nanoseconds / bare.Nanoseconds:0.00} of bare"))),
                Row.AtMost("client: segment + percentage", segment.Nanoseconds, MostNanoseconds, " ns", "0.0"),
                new Row("bytes of it", segment.Bytes.ToString(CultureInfo.InvariantCulture), "0", segment.Bytes == 0),
                new Row("times faster than Microsoft.FeatureManagement", times.ToString("0", CultureInfo.InvariantCulture), $"at least {LeastTimes}", times >= LeastTimes),
            ]);
    }
}
