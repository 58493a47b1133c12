using Orchestrator.Grains.Metrics.Otlp;

namespace Orchestrator.Silo.Tests.Sources;

public sealed class OtlpReadsTests
{
    [Fact]
    public void Body_is_read_once_and_another_one_with_the_same_bytes_by_itself()
    {
        var body = """
            { "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ { "name": "requests", "gauge": { "dataPoints": [ { "asInt": 1 } ] } } ] } ] } ] }
            """u8.ToArray();
        var reads = new OtlpReads();

        var export = reads.Read(body, protobuf: false);

        Assert.Single(export.Points);
        Assert.Same(export, reads.Read(body, protobuf: false));
        Assert.NotSame(export, reads.Read([.. body], protobuf: false));
    }
}
