using System.Text.Json;
using Orchestrator.Domain.Metrics.Otlp;
using Orchestrator.Domain.Plans;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Metrics.Otlp;

/// <summary>Senders that come and go by the thousand. Sampling 15 s; times are seconds after the start.</summary>
public sealed class OtlpSendersTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Plan Plan = PlanReader.Read(YamlText.Parse("""
        plan: p
        flag: f
        metrics:
          error_rate: { ratio: errors / requests }
          p95: { quantile: 0.95, of: response_time }
        triggers: [ { name: e, when: error_rate > 1%, action: rollback } ]
        phases: [ { name: a, steps: [ { percentage: 10%, hold: 1d } ] } ]
        """, out _)!).Plan!;

    private static readonly OtlpAttributes New = new(null, new KeyValuePair<string, string>("variant", "new"));

    private readonly OtlpSamples _samples = new(Plan, TimeSpan.FromSeconds(15), Start);

    [Theory]
    [InlineData("requests")]
    [InlineData("a series that no rule reads")]
    public void Senders_that_come_and_go_are_bounded_in_number(string metric)
    {
        for (var wave = 0; wave < 20; wave++)
        {
            Take(wave, [.. Enumerable.Range(0, 5_000).Select(pod => Sum($"{wave}-{pod}", "requests", wave, 1) with { Metric = metric })]);
        }

        Assert.InRange(_samples.Senders, 1, OtlpSenders.MostNumbers / 8);
    }

    [Fact]
    public void One_sender_with_ever_new_counters_is_forgotten_whole_and_not_its_neighbour()
    {
        Take(0, Sum("pod", "requests", 0, 10));
        Take(5, Sum("pod", "requests", 5, 20));
        for (var wave = 0; wave < 10; wave++)
        {
            Take(10, [.. Enumerable.Range(0, 5_000).Select(i => Sum("flood", "requests", 10, 1) with { Stream = $"flood {wave} {i}" })]);
        }

        Assert.InRange(_samples.Senders, 1, 2);
        Assert.Equal(30, Requests(Take(15, Sum("pod", "requests", 15, 50))));
    }

    [Fact]
    public void Large_histograms_count_by_their_buckets()
    {
        var wide = new OtlpValue.Histogram([.. Enumerable.Range(0, 1_000).Select(i => (double)i)], [.. Enumerable.Repeat(1L, 1_001)], true);
        for (var pod = 0; pod < 1_000; pod++)
        {
            Take(1, Sum($"{pod}", "response_time", 1, 0) with { Value = wide });
        }

        Assert.InRange(_samples.Senders, 1, OtlpSenders.MostNumbers / 2_001);
    }

    [Fact]
    public void Sender_that_was_forgotten_says_first_where_it_stands_and_invents_no_growth()
    {
        Take(2, Sum("pod", "requests", 2, 10) with { Start = At(1) });
        for (var wave = 0; wave < 10; wave++)
        {
            Take(3, [.. Enumerable.Range(0, 5_000).Select(pod => Sum($"{wave}-{pod}", "requests", 3, 0))]);
        }

        Assert.Equal(0, Requests(Take(15, Sum("pod", "requests", 15, 500) with { Start = At(1) })));
        Assert.Equal(7, Requests(Take(30, Sum("pod", "requests", 30, 507) with { Start = At(1) })));
    }

    [Fact]
    public void Senders_heard_often_outlive_a_flood_of_senders_heard_once()
    {
        Take(1, Sum("pod", "requests", 1, 10));
        Take(2, Sum("pod", "requests", 2, 20));
        for (var wave = 0; wave < 20; wave++)
        {
            Take(3, [.. Enumerable.Range(0, 5_000).Select(pod => Sum($"{wave}-{pod}", "requests", 3, 0))]);
        }

        Assert.Equal(5, Requests(Take(15, Sum("pod", "requests", 15, 25))));
    }

    [Fact]
    public void Counts_near_the_end_of_64_bits_are_refused_by_name_and_never_overflow()
    {
        var huge = new OtlpValue.Histogram([1, 2], [long.MaxValue, long.MaxValue, long.MaxValue], false);
        var body = _samples.Take(
            [
                Sum("a", "response_time", 15, 0) with { Value = huge, Start = At(0) }, Sum("b", "response_time", 15, 0) with { Value = huge, Start = At(0) },
                Sum("a", "requests", 15, 0) with { Value = new OtlpValue.Sum(1e300, false), Start = At(0) },
                Sum("b", "requests", 15, 0) with { Value = new OtlpValue.Sum(1e300, false), Start = At(0) },
            ], Start.AddSeconds(15), true).Body!;

        var sample = JsonDocument.Parse(body).RootElement.GetProperty("samples")[0];

        Assert.Equal(long.MaxValue, sample.GetProperty("counters").GetProperty("requests").GetInt64());
        Assert.All(sample.GetProperty("histograms").GetProperty("response_time").GetProperty("counts").EnumerateArray(),
            count => Assert.Equal(long.MaxValue, count.GetInt64()));
    }

    private byte[]? Take(int second, params OtlpPoint[] points) => _samples.Take(points, Start.AddSeconds(second), true).Body;

    private static OtlpPoint Sum(string sender, string metric, int second, long value) =>
        new(sender, $"{sender} {metric}", metric, null, New, At(-1000), At(second), new OtlpValue.Sum(value, true));

    private static long At(int second) => Start.AddSeconds(second).ToUnixTimeMilliseconds();

    private static long Requests(byte[]? body) => body is null ? 0 : JsonDocument.Parse(body).RootElement.GetProperty("samples").EnumerateArray()
        .Sum(sample => sample.GetProperty("counters").GetProperty("requests").GetInt64());
}
