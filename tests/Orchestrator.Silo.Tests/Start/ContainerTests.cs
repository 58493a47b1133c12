using System.Diagnostics;

namespace Orchestrator.Silo.Tests.Start;

/// <summary>No container engine is needed to know that the files for one are well-formed.</summary>
public sealed class ContainerTests
{
    [Theory]
    [InlineData("docker-compose.yml", "silo-3")]
    [InlineData("docker-compose.embedded.yml", "Orchestrator__Storage: embedded")]
    public async Task Docker_compose_accepts_the_file(string file, string holds)
    {
        using var compose = Process.Start(new ProcessStartInfo("docker-compose", ["-f", Path.Combine(Root(), file), "config"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (said, complained) = (compose.StandardOutput.ReadToEndAsync(), compose.StandardError.ReadToEndAsync());
        await compose.WaitForExitAsync();

        Assert.True(compose.ExitCode == 0, await complained);
        Assert.Contains("5080", await said);
        Assert.Contains(holds, await said);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orchestrator.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
