using System.Text;
using Orchestrator.Domain.Metrics.Sources;

namespace Orchestrator.Domain.Tests.Metrics.Sources;

public sealed class VectorReaderTests
{
    [Fact]
    public void Vector_is_read_with_its_labels_in_order_and_without_name_and_le()
    {
        var read = Read("""
            { "status": "success", "warnings": ["w"], "data": { "resultType": "vector", "result": [
              { "metric": { "__name__": "t_bucket", "variant": "new", "le": "+Inf", "instance": "a:1", "job": "chat" }, "value": [1700000000.123, "42"] } ] } }
            """);

        Assert.Null(read.Error);
        Assert.Equal(1_700_000_000_123, read.At);
        Assert.Equal(new VectorPoint("instance=\"a:1\",job=\"chat\",variant=\"new\"", "chat\na:1", double.PositiveInfinity, 42, "+Inf"), Assert.Single(read.Points));
    }

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-Inf", double.NegativeInfinity)]
    public void Value_of_a_target_without_a_number_takes_no_other_with_it(string value, double read)
    {
        var points = Read($$$"""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": { "instance": "a" }, "value": [1, "{{{value}}}"] }, { "metric": { "instance": "b" }, "value": [1, "3"] } ] } }""").Points;

        Assert.Equal([read, 3], points.Select(point => point.Value));
    }

    [Theory]
    [InlineData("much", "the value is much")]
    public void Value_that_is_no_number_fails_the_answer(string value, string error) =>
        Assert.StartsWith(error, Read($$$"""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": {}, "value": [1, "{{{value}}}"] } ] } }""").Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "the answer is not JSON")]
    [InlineData("<html>", "the answer is not JSON")]
    [InlineData("{ \"status\": \"succ", "the answer is not JSON")]
    [InlineData("[]", "the answer is JSON, but not a response of Prometheus")]
    [InlineData("{}", "the answer is JSON, but not a response of Prometheus")]
    [InlineData("""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": {}, "value": "1" } ] } }""", "the answer is JSON, but not a response of Prometheus")]
    [InlineData("""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": {}, "value": [1, 2] } ] } }""", "the answer is JSON, but not a response of Prometheus")]
    [InlineData("""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": { "le": "low" }, "value": [1, "2"] } ] } }""", "the answer is JSON, but not a response of Prometheus")]
    [InlineData("""{ "status": "success", "data": { "resultType": "scalar", "result": [1, "2"] } }""", "the query gives a scalar, not an instant vector")]
    [InlineData("""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": {}, "histogram": [1, {}] } ] } }""", "the query gives native histograms")]
    [InlineData("""{ "status": "error", "errorType": "bad_data", "error": "parse error: unexpected end of input" }""", "Prometheus refuses the query: parse error")]
    public void Answer_that_is_none_is_told_and_never_a_number(string body, string error)
    {
        var read = Read(body);

        Assert.StartsWith(error, read.Error, StringComparison.Ordinal);
        Assert.Empty(read.Points);
    }

    [Fact]
    public void More_series_than_anybody_means_are_refused()
    {
        var one = """{ "metric": {}, "value": [1, "2"] }""";
        var body = $$$"""{ "status": "success", "data": { "resultType": "vector", "result": [ {{{string.Join(',', Enumerable.Repeat(one, VectorReader.MostPoints + 1))}}} ] } }""";

        Assert.StartsWith("the query gives 2001 series", Read(body).Error, StringComparison.Ordinal);
    }

    private static VectorReading Read(string body) => VectorReader.Read(Encoding.UTF8.GetBytes(body));
}
