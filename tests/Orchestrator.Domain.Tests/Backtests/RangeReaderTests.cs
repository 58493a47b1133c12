using System.Text;
using Orchestrator.Domain.Backtests;

namespace Orchestrator.Domain.Tests.Backtests;

public sealed class RangeReaderTests
{
    [Fact]
    public void Each_instant_of_a_range_is_the_answer_to_an_instant_query()
    {
        var reading = Read("""
            {"status":"success","data":{"resultType":"matrix","result":[
              {"metric":{"__name__":"r","job":"chat","instance":"a","le":"0.10"},"values":[[60,"1"],[120,"NaN"]]},
              {"metric":{"__name__":"r","job":"chat","instance":"b","le":"+Inf"},"values":[[120,"3.5"]]}]}}
            """);
        Assert.Null(reading.Error);
        Assert.Equal(3, reading.Points);
        var first = Assert.Single(reading.At(60_000).Points);
        Assert.Equal((0.1, 1, "0.10", "chat\na"), (first.Le, first.Value, first.Bound, first.Target));
        Assert.Equal([double.NaN, 3.5], reading.At(120_000).Points.Select(point => point.Value));
        Assert.Empty(reading.At(180_000).Points);
    }

    [Theory]
    [InlineData("{", "the answer is not JSON")]
    [InlineData("{\"status\":\"success\"}", "the answer is JSON, but not a response of Prometheus")]
    [InlineData("{\"status\":\"error\",\"error\":\"too many points\"}", "Prometheus refuses the query: too many points")]
    [InlineData("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}", "the query gives a vector, not a matrix")]
    [InlineData("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"histograms\":[]}]}}", "the query gives native histograms, which are not supported; query classic buckets")]
    [InlineData("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,\"x\"]]}]}}", "the value is x, which is not a measurement")]
    public void Anything_unexpected_is_a_sentence_and_never_a_number(string body, string error) => Assert.Equal(error, Read(body).Error);

    private static RangeReading Read(string body) => RangeReader.Read(Encoding.UTF8.GetBytes(body));
}
