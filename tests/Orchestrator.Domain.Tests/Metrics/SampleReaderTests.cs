using System.Globalization;
using System.Text;
using CsCheck;
using Orchestrator.Domain.Conditions;
using Orchestrator.Domain.Metrics.Samples;

namespace Orchestrator.Domain.Tests.Metrics;

public sealed class SampleReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_full_sample_is_read_in_base_units()
    {
        var sample = Assert.Single(Read("""
            { "id": "a-1", "at": "2026-03-02T12:59:58.5+01:00", "variant": "new", "traffic": "shadow", "segment": "beta",
              "units": { "response_time": "s", "memory": "MB", "cpu": "%" },
              "counters": { "requests": 120, "errors": 0 }, "gauges": { "memory": 80, "cpu": 12 },
              "values": { "response_time": [0.165, 0.5] },
              "histograms": { "queue_time": { "bounds": [10, 100], "counts": [5, 0, 2] } } }
            """).Samples);

        Assert.Equal(["eu", "beta"], Assert.Single(Read("""{ "variant": "new", "segment": "eu,beta" }""").Samples).Segments);
        Assert.Equal(("a-1", Now.AddSeconds(-1.5), Variant.New, Traffic.Shadow, "beta"),
            (sample.Id, sample.At, sample.Variant, sample.Traffic, sample.Segment));
        Assert.Equal([new("requests", 120), new("errors", 0)], sample.Counters);
        Assert.Equal([new("memory", 80e6), new("cpu", 0.12)], sample.Gauges);
        Assert.Equal([new(165, 1), new(500, 1)], sample.Distributions[0].Values);
        Assert.Equal(new Observed(10, 5), sample.Distributions[1].Values[0]);
        Assert.Equal(2, sample.Distributions[1].Values[1].Count);
        Assert.InRange(sample.Distributions[1].Values[1].Value, 100.01, 100.05);
    }

    [Fact]
    public void Observed_values_are_the_doubles_of_their_texts_and_equal_neighbours_are_one() => Gen.Select(
        Gen.Long[-999_999_999_999_999_999, 999_999_999_999_999_999], Gen.Int[0, 20], Gen.OneOfConst("", "", "", "e3", "E-7", "e+250"))
        .Array[1, 50].Sample(written =>
    {
        string[] texts = [.. written.Select(one => Decimal(one.Item1, one.Item2) + one.Item3), "-0", "0.1", "0.10", "1E-1", "100"];

        var values = Assert.Single(Read($$"""{ "variant": "new", "values": { "t": [ {{string.Join(" , ", texts)}} ] } }""").Samples).Distributions[0].Values;

        Assert.Equal(
            texts.Select(text => double.Parse(text, CultureInfo.InvariantCulture)),
            values.SelectMany(value => Enumerable.Repeat(value.Value, (int)value.Count)));
        Assert.Equal(new Observed(0.1, 3), values[^2]);
    });

    private static string Decimal(long digits, int places)
    {
        var text = Math.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return (digits < 0 ? "-" : "") + (places == 0 ? text : $"{text[..^places]}.{text[^places..]}");
    }

    [Theory]
    [InlineData("""{ "id": "\ud800", "variant": "new" }""", ".id")]
    [InlineData("""{ "variant": "\ud800" }""", ".variant")]
    [InlineData("""{ "variant": "new", "at": "\ud800" }""", ".at")]
    [InlineData("""{ "variant": "new", "segment": "x\udc00" }""", ".segment")]
    [InlineData("""{ "variant": "new", "units": { "t": "\ud800" } }""", ".units.t")]
    [InlineData("""{ "variant": "new", "counters": { "\ud800": 1 } }""", ".counters.?")]
    [InlineData("""{ "variant": "new", "counters": { "requests": "\ud800" } }""", ".counters.requests")]
    [InlineData("""{ "variant": "new", "histograms": { "t": { "\ud800": 1 } } }""", ".histograms.t.?")]
    [InlineData("""{ "variant": "new", "\ud800": 1 }""", ".?")]
    [InlineData("""{ "variant": "new", "id": "\u0000" }""", ".id")]
    [InlineData("\"\\ud800\"", "")]
    public void A_sample_with_a_text_that_is_none_is_rejected_and_takes_no_other_with_it(string json, string path)
    {
        var batch = Read("""{ "variant": "new", "counters": { "requests": 1 } }""", json, """{ "variant": "new", "counters": { "requests": 2 } }""");

        Assert.Equal([1, 2], batch.Samples.Select(sample => sample.Counters[0].Value));
        Assert.Equal("samples[1]" + path, Assert.Single(batch.Rejected).Path);
        Assert.Null(batch.Malformed);
    }

    [Fact]
    public void A_sample_with_bytes_that_are_no_utf8_takes_no_other_with_it()
    {
        byte[] body = [.. """{ "samples": [ { "variant": "new" }, { "variant": "new", "id": "x"""u8, 0xed, 0xa0, 0x80, .. "\" }, { \"variant\": \"new\" } ] }"u8];

        var batch = SampleReader.Read(body, Now);

        Assert.Equal([0, 2], batch.Samples.Select(sample => sample.Index));
        Assert.Equal(("samples[1].id", "the text is not UTF-8"), (batch.Rejected.Single().Path, batch.Rejected.Single().Message));
    }

    [Fact]
    public void A_key_beside_the_samples_that_is_no_text_is_named()
    {
        Assert.Contains("half of a surrogate pair", SampleReader.Read("""{ "samples": [], "\ud800\ud800": 1 }"""u8.ToArray(), Now).Malformed!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_of_nothing_is_live_now_and_says_that_its_sender_lives()
    {
        var sample = Assert.Single(Read("""{ "variant": "legacy", "segment": null, "counters": null }""").Samples);
        Assert.Equal((Now, Traffic.Live, null, null), (sample.At, sample.Traffic, sample.Segment, sample.Id));
    }

    [Theory]
    [InlineData("""{ "variant": "new", "counters": { "errors": -1 } }""", ".counters.errors", "-1 is negative")]
    [InlineData("""{ "variant": "new", "counters": { "errors": 1.5 } }""", ".counters.errors", "1.5 is not whole")]
    [InlineData("""{ "variant": "new", "counters": { "errors": 1e18 } }""", ".counters.errors", "1e18 is above")]
    [InlineData("""{ "variant": "new", "counters": { "a": 1, "a": 2 } }""", ".counters.a", "twice")]
    [InlineData("""{ "variant": "new", "counters": [1] }""", ".counters", "not an object")]
    [InlineData("""{ "variant": "new", "gauges": { "memory": "NaN" } }""", ".gauges.memory", "\"NaN\" is not a number")]
    [InlineData("""{ "variant": "new", "gauges": { "memory": 1e999 } }""", ".gauges.memory", "1e999 is out of range")]
    [InlineData("""{ "variant": "new", "values": { "t": [1, "Infinity"] } }""", ".values.t[1]", "\"Infinity\" is not a number")]
    [InlineData("""{ "variant": "new", "values": { "t": [1, 1e999] } }""", ".values.t[1]", "1e999 is out of range")]
    [InlineData("""{ "variant": "new", "values": { "t": [1, 2, [3]] } }""", ".values.t[2]", "[3] is not a number")]
    [InlineData("""{ "variant": "new", "values": { "t": [null] } }""", ".values.t[0]", "null is not a number")]
    [InlineData("""{ "variant": "new", "values": { "t": 1 } }""", ".values.t", "not a list")]
    [InlineData("""{ "variant": "new", "histograms": { "t": [1] } }""", ".histograms.t", "A histogram is")]
    [InlineData("""{ "variant": "new", "histograms": { "t": { "bounds": [1, 2], "counts": [1, 2] } } }""", ".histograms.t", "2 bounds and 2 counts")]
    [InlineData("""{ "variant": "new", "histograms": { "t": { "bounds": [2, 2], "counts": [1, 2, 3] } } }""", ".histograms.t.bounds[1]", "must rise")]
    [InlineData("""{ "variant": "new", "histograms": { "t": { "bounds": [2], "counts": [1, -2] } } }""", ".histograms.t.counts[1]", "-2 is not a count")]
    [InlineData("""{ "variant": "newest" }""", ".variant", "\"newest\" is not a variant; it is legacy or new")]
    [InlineData("""{ "counters": {} }""", ".variant", "must say its variant")]
    [InlineData("""{ "variant": "new", "traffic": "mirror" }""", ".traffic", "live or shadow")]
    [InlineData("""{ "variant": "new", "segment": "Beta Users" }""", ".segment", "not the key of a segment")]
    [InlineData("""{ "variant": "new", "segment": "eu,,us" }""", ".segment", "\"\" is not the key of a segment")]
    [InlineData("""{ "variant": "new", "segment": "eu, us" }""", ".segment", "\" us\" is not the key of a segment")]
    [InlineData("""{ "variant": "new", "segment": "eu,us,eu" }""", ".segment", "names a segment twice")]
    [InlineData("""{ "variant": "new", "segment": "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,0,1,2,3,4,5,6" }""", ".segment", "names 33 segments; it may name 32")]
    [InlineData("""{ "variant": "new", "at": "2026-03-02T12:00:00" }""", ".at", "RFC 3339")]
    [InlineData("""{ "variant": "new", "at": 1772452800 }""", ".at", "RFC 3339")]
    [InlineData("""{ "variant": "new", "units": { "t": "lightyears" } }""", ".units.t", "\"lightyears\" is not a unit")]
    [InlineData("""{ "variant": "new", "id": "" }""", ".id", "1 to 200")]
    [InlineData("""{ "variant": "new", "counter": { "errors": 1 } }""", ".counter", "A sample has id")]
    [InlineData("7", "", "A sample is an object")]
    public void A_bad_sample_is_rejected_with_path_value_and_rule_and_takes_no_other_with_it(string bad, string path, string says)
    {
        var batch = Read("""{ "variant": "new" }""", bad, """{ "variant": "legacy" }""");

        Assert.Equal([0, 2], batch.Samples.Select(sample => sample.Index));
        var rejection = Assert.Single(batch.Rejected);
        Assert.Equal("samples[1]" + path, rejection.Path);
        Assert.Contains(says, rejection.Message);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("{}", "must be an object")]
    [InlineData("""{ "samples": {} }""", "must be an object")]
    [InlineData("""{ "samples": [[[[[[[[[1]]]]]]]]] }""", "not JSON")]
    public void A_malformed_body_is_an_error_as_a_whole(string body, string says)
    {
        var batch = SampleReader.Read(Encoding.UTF8.GetBytes(body), Now);
        Assert.Contains(says, batch.Malformed!.Message);
        Assert.Empty(batch.Samples);
    }

    [Fact]
    public void More_than_3000_samples_are_refused_and_3000_are_not()
    {
        var most = Enumerable.Repeat("""{"variant":"new"}""", 3000).ToArray();
        Assert.Equal(3000, Read(most).Samples.Length);
        Assert.Contains("3001", Read([.. most, most[0]]).Malformed!.Message);
    }

    [Fact]
    public void More_than_100000_values_are_refused_and_100000_are_not()
    {
        var most = Enumerable.Range(0, 10)
            .Select(_ => $$"""{"variant":"new","values":{"response_time":[{{string.Join(',', Enumerable.Repeat("1.5", 10_000))}}]} }""").ToArray();
        Assert.Equal(10, Read(most).Samples.Length);
        Assert.Contains("more than 100000 values", Read([.. most, """{"variant":"new","values":{"response_time":[1]} }"""]).Malformed!.Message);
    }

    private static SampleBatch Read(params string[] samples) =>
        SampleReader.Read(Encoding.UTF8.GetBytes($"{{ \"samples\": [{string.Join(",", samples)}] }}"), Now);

    [Theory]
    [InlineData("[ 1 , -2.5e1,\n0.5\t, 1E+2,-0 ]", "1 -25 0.5 100 0")]
    [InlineData("[]", "")]
    [InlineData("[\r\n 3]", "3")]
    public void Numbers_of_a_list_are_read_in_each_form_that_JSON_has(string list, string expected)
    {
        var batch = SampleReader.Read(System.Text.Encoding.UTF8.GetBytes($$"""{ "samples": [ { "variant": "new", "values": { "t": {{list}} } } ] }"""), DateTimeOffset.UnixEpoch);
        Assert.Empty(batch.Rejected);
        Assert.Equal(expected, string.Join(' ', Assert.Single(Assert.Single(batch.Samples).Distributions).Values
            .Select(one => (one.Value + 0).ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }
}
