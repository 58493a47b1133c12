using System.Diagnostics;

namespace Orchestrator.Silo.Tests.Ops;

/// <summary>The alert rules, by Prometheus' own tool.</summary>
public sealed class AlertRuleTests
{
    [Theory]
    [InlineData("check", "rules", "rules.yml")]
    [InlineData("test", "rules", "rules.test.yml")]
    public async Task Rules_pass_promtool(params string[] args)
    {
        var (exit, output) = await Promtool(args);
        Assert.True(exit == 0, output);
    }

    [Fact]
    public async Task Every_alert_has_a_unit_test_in_which_it_fires()
    {
        var rules = await File.ReadAllLinesAsync(Path.Combine(OpsFolder.Path, "prometheus", "rules.yml"));
        var tests = await File.ReadAllTextAsync(Path.Combine(OpsFolder.Path, "prometheus", "rules.test.yml"));
        var names = rules.Where(line => line.Contains("- alert: ", StringComparison.Ordinal)).Select(line => line.Split("- alert: ")[1].Trim()).ToArray();
        Assert.True(names.Length > 5);
        Assert.All(names, name => Assert.Contains($"alertname: {name}\n        exp_alerts:\n", tests, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rule_that_is_wrong_does_not_pass()
    {
        var folder = Directory.CreateTempSubdirectory("rules-").FullName;
        var text = await File.ReadAllTextAsync(Path.Combine(OpsFolder.Path, "prometheus", "rules.yml"));
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), text.Replace("< 0.1", "> 0.1", StringComparison.Ordinal));
        File.Copy(Path.Combine(OpsFolder.Path, "prometheus", "rules.test.yml"), Path.Combine(folder, "rules.test.yml"));
        var (exit, output) = await Promtool(["test", "rules", Path.Combine(folder, "rules.test.yml")]);
        Directory.Delete(folder, recursive: true);
        Assert.True(exit != 0 && output.Contains("RolloutNearRollback", StringComparison.Ordinal), output);
    }

    private static async Task<(int Exit, string Output)> Promtool(string[] args)
    {
        var start = new ProcessStartInfo("promtool", args)
        {
            WorkingDirectory = Path.Combine(OpsFolder.Path, "prometheus"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await errors);
    }
}
