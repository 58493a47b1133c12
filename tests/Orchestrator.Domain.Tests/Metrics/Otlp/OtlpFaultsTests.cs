using System.Text;
using Orchestrator.Domain.Metrics.Otlp;

namespace Orchestrator.Domain.Tests.Metrics.Otlp;

/// <summary>Points that cannot be read, in masses.</summary>
public sealed class OtlpFaultsTests
{
    private const string Point = """{ "asInt": "1" }""";
    private const string Fault = """{ "asInt": "x" }""";

    [Fact]
    public void Fault_takes_no_other_point_with_it_up_to_a_bound_and_then_all()
    {
        var export = Read("sum", 8192, Fault, Point);
        Assert.Equal((1, 8192, null), (export.Points.Length, export.Rejected, export.Malformed));

        export = Read("sum", 8193, Fault, Point);
        Assert.Empty(export.Points);
        Assert.Equal("more than 8192 data points cannot be read; the first: requests: asInt must be a whole number of 64 bits, but is \"x\"", export.Malformed);
    }

    [Fact]
    public void Summaries_are_left_out_and_named_however_many()
    {
        var export = Read("summary", 19_000, "{}", "{}");
        Assert.Equal((19_001, null), (export.Rejected, export.Malformed));
        Assert.Contains("requests: summaries are not read; export histograms", export.Errors);
    }

    private static OtlpExport Read(string shape, int count, string point, string last) => OtlpReader.Read(Encoding.UTF8.GetBytes($$"""
        { "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ { "name": "requests", "{{shape}}": { "isMonotonic": true, "aggregationTemporality": 1, "dataPoints": [ {{string.Concat(Enumerable.Repeat(point + ",", count))}} {{last}} ] } } ] } ] } ] }
        """));
}
