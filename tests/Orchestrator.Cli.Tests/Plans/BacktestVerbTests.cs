using Orchestrator.Cli.Tests.Verbs;

namespace Orchestrator.Cli.Tests.Plans;

/// <summary>Backtests from this machine. A run over a month is with the tests of the server, which have a Prometheus.</summary>
public sealed class BacktestVerbTests : IDisposable
{
    private const string Plan = """
        plan: search
        flag: newSearch
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: errors, when: error_rate > 1%, for: 5m, action: rollback }
        phases:
          - { name: public, steps: [ { name: all, percentage: 100%, hold: 1h } ] }

        """;

    private const string Sources = """
        sources:
          - name: prometheus
            kind: prometheus
            url: http://127.0.0.1:1
            series:
              requests: { counter: 'requests_total{variant="$variant"}' }
              errors:   { counter: 'errors_total{variant="$variant"}', empty: zero }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("backtest-").FullName;
    private readonly Shell _shell = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Plan_without_queries_and_wrong_options_are_named_all_at_once()
    {
        var ran = await _shell.Fails(3, "backtest", Write("plan.yaml", Plan), "--days", "91", "--step", "soon", "--rise", "latency=3%");
        Assert.Contains("days: must be 1 to 90, but is 91", ran.Error, StringComparison.Ordinal);
        Assert.Contains("--step is \"soon\"", ran.Error, StringComparison.Ordinal);
        Assert.Contains("sources: must have a source of kind prometheus", ran.Error, StringComparison.Ordinal);
        Assert.Contains("'latency=3%'", ran.Error, StringComparison.Ordinal);
        await _shell.Fails(3, "backtest", Write("plan.yaml", Plan), "--prometheus", "ftp://example.com");
        await _shell.Fails(6, "backtest", Path.Combine(_folder, "missing.yaml"));
    }

    [Fact]
    public async Task Prometheus_that_does_not_answer_is_exit_code_7_and_no_report()
    {
        var ran = await _shell.Fails(7, "backtest", Write("plan.yaml", Plan), "--sources", Write("plan.sources.yaml", Sources), "--days", "1");
        Assert.Matches("No query had an answer. prometheus: (requests|errors): no answer", ran.Error);
        Assert.Equal("", ran.Out);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
