using System.Diagnostics;

namespace Orchestrator.Cli.Tests.Plans;

/// <summary>The script of the composite action, in a repository of its own, with the built tool.</summary>
public sealed class PlanActionTests : IDisposable
{
    private const string Plan = """
        plan: search
        flag: newSearch
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { name: errors, when: error_rate > 1%, for: 5m, action: rollback }
        phases:
          - name: public
            steps:
              - { name: ten, percentage: 10%, hold: 1h }

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("action-").FullName;

    public void Dispose()
    {
        // Git marks its objects read-only.
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Report_has_changed_new_and_removed_plans_and_nothing_else()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The runner of the action has bash.");
        Write("plans/search.yaml", Plan);
        Write("plans/gone.yaml", Plan);
        Write("plans/same.yaml", Plan);
        Commit("before");
        Write("plans/search.yaml", Plan.Replace("percentage: 10%", "percentage: 25%", StringComparison.Ordinal));
        Write("plans/an odd 'name'.yaml", Plan.Replace("plan: search", "plan: odd", StringComparison.Ordinal));
        Write("plans/search.scenarios.yaml", "scenarios: []\n");
        Write("plans/values.yaml", "replicas: 3\n");
        File.Delete(Path.Combine(_folder, "plans/gone.yaml"));
        Commit("after");

        Run("bash", Script(), ("BASE", "HEAD~1"), ("PATHS", "plans"), ("REPORT", Path.Combine(_folder, "report.md")),
            ("GITHUB_OUTPUT", Path.Combine(_folder, "output")), ("PATH", $"{Tool()}:{Environment.GetEnvironmentVariable("PATH")}"));

        var report = File.ReadAllText(Path.Combine(_folder, "report.md"));
        Assert.Contains("`plans/gone.yaml` is gone", report, StringComparison.Ordinal);
        Assert.Contains("Plan odd is new.", report, StringComparison.Ordinal);
        Assert.Contains("Another 15 % of users go to new", report, StringComparison.Ordinal);
        Assert.DoesNotContain("same", report.Replace("Both plans are the same", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("values", report, StringComparison.Ordinal);
        Assert.StartsWith("changed=true\n", File.ReadAllText(Path.Combine(_folder, "output")), StringComparison.Ordinal);
    }

    [Fact]
    public void Branch_without_a_change_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The runner of the action has bash.");
        Write("plans/search.yaml", Plan);
        Commit("before");
        Run("bash", Script(), ("BASE", "HEAD"), ("PATHS", "plans"), ("REPORT", Path.Combine(_folder, "report.md")),
            ("GITHUB_OUTPUT", Path.Combine(_folder, "output")));
        Assert.EndsWith("No plan changes.\n", File.ReadAllText(Path.Combine(_folder, "report.md")), StringComparison.Ordinal);
        Assert.StartsWith("changed=false\n", File.ReadAllText(Path.Combine(_folder, "output")), StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ReplaceLineEndings("\n"));
    }

    private void Commit(string message)
    {
        Run("git", "init --quiet");
        Run("git", "add --all");
        Run("git", $"-c user.name=t -c user.email=t@example.com commit --quiet --message {message}");
    }

    /// <summary>A folder with a program named rollout, as the action installs it.</summary>
    private string Tool()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, ".git", "tool")).FullName;
        var program = Path.Combine(folder, "rollout");
        File.WriteAllText(program, $"#!/usr/bin/env bash\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "rollout.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }

    private void Run(string program, string arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("GITHUB_STEP_SUMMARY");
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {arguments} ended with {process.ExitCode}:\n{output}\n{error.GetAwaiter().GetResult()}");
    }

    private static string Script()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No Orchestrator.sln above the tests.");
        }

        return Path.Combine(folder.FullName, ".github/actions/plan/diff.sh");
    }
}
