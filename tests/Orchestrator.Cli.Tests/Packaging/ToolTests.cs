using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Cli.Tests.Packaging;

/// <summary>The tool as people get it: packed, installed from a folder, and run.</summary>
public sealed class ToolTests
{
    /// <summary>Longest time of a command: it compiles for one system ahead of time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task Packed_tool_installs_from_a_folder_and_runs()
    {
        var folder = Directory.CreateTempSubdirectory("tool-").FullName;
        var root = Path.GetFullPath(Path.Combine(Here(), "../../.."));
        var (feed, tools) = (Path.Combine(folder, "feed"), Path.Combine(folder, "tools"));
        try
        {
            await Good(
                root, "dotnet", "pack", "src/Orchestrator.Cli", "-c", "Release", "-o", feed, "-nodeReuse:false", "-p:UseSharedCompilation=false");
            Assert.True(File.Exists(Path.Combine(feed, "Orchestrator.Cli.linux-x64.1.0.0.nupkg")), "It is compiled ahead of time for Linux.");
            Assert.True(File.Exists(Path.Combine(feed, "Orchestrator.Cli.any.1.0.0.nupkg")), "It runs everywhere.");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "nuget.config"),
                $"""<configuration><packageSources><clear /><add key="feed" value="{feed}" /></packageSources></configuration>""");
            await Good(folder, "dotnet", "tool", "install", "Orchestrator.Cli", "--tool-path", tools);

            Assert.Contains("0 errors", await Good(root, Path.Combine(tools, "rollout"), "plan", "validate", "samples/plans/minimal.yaml"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> Good(string folder, string program, params string[] args)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var process = Process.Start(new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (o, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)} ended with {process.ExitCode}:\n{await o}\n{await error}");
        return await o + await error;
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
