using System.Globalization;
using System.Net.Http.Headers;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Hostile;

/// <summary>Processor time of the worst known body for each route.</summary>
internal static class HostileSection
{
    private const double MostMilliseconds = 100;
    /// <summary>A plan with an element for each body to match.</summary>
    public const string PlanText = """
        plan: p
        flag: f
        segments:
          s: { title: S, any: [ { attribute: a, matches: "(a+)+(b|b)*[a-z]{1,50}$" } ] }
        metrics:
          error_rate: { ratio: errors / requests }
          p95: { quantile: 0.95, of: response_time }
        triggers:
          - { name: down, when: alert(Down), action: notify }
          - { name: errors, when: error_rate > 50%, action: rollback }
          - { name: slow, when: p95 > 30s, action: rollback }
        phases: [ { name: a, steps: [ { name: s, percentage: 10%, segments: [s], hold: 1d } ] } ]
        """;

    public static async Task<Section> RunAsync()
    {
        var (warm, times) = Repetition.Short ? (1, 2) : (5, 10);
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path);
        await using var started = silo;
        await silo.PutPlan("p", PlanText);
        await silo.Create("r1", "p", "production");
        await silo.Do("r1", "start");
        for (var i = 2; i <= HostileBodies.Rollouts; i++)
        {
            await silo.PutPlan($"p{i}", PlanText.Replace("plan: p\nflag: f\n", $"plan: p{i}\nflag: f{i}\n", StringComparison.Ordinal));
            await silo.Create($"r{i}", $"p{i}", "production");
        }

        List<Row> rows = [];
        foreach (var body in HostileBodies.All)
        {
            var status = 0;
            for (var i = 0; i < warm; i++)
            {
                status = await Send(silo, body);
            }

            var before = silo.Server.CpuSeconds;
            for (var i = 0; i < times; i++)
            {
                await Send(silo, body);
            }

            var each = (silo.Server.CpuSeconds - before) / times * 1000;
            var size = (body.Content.Length / 1024).ToString(CultureInfo.InvariantCulture);
            rows.Add(Row.AtMost($"{body.Door}: {body.What}, {size} KB, answered {status}", each, MostMilliseconds, " ms", "0"));
        }

        return Section.Of(
            "The worst body of each door",
            $"CPU time of the whole process (user and system, all threads, its idle work too) for one body, the mean of {times} one after the other after {warm} that warm up; Release executable, HTTP over loopback. "
                + "Each body is as large as its door takes, or as large as it needs to be.",
            [.. rows]);
    }

    private static async Task<int> Send(BenchSilo silo, Body body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(body.Method), body.Path) { Content = new ByteArrayContent(body.Content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.Type);
        if (body.Encoding is { } encoding)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        return await silo.Status(request, body.Door == "OFREP");
    }
}
