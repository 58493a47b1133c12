using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Silo.Tests.Samples;

public sealed class ChatTsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task TypeScript_sample_goes_through_beta_25_percent_and_an_automatic_rollback()
    {
        var folder = Sample();
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"The sample is not installed; eng/test.sh installs it (npm ci in {folder}).");
        var start =
            new ProcessStartInfo("npm", ["test"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SILO"] = typeof(SiloApplication).Assembly.Location;
        using var npm = Process.Start(start)!;
        var said = Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await npm.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            Assert.Fail($"Not done after {Patience}: {string.Concat(await said)}");
        }

        Assert.True(npm.ExitCode == 0, string.Concat(await said));
    }

    private static string Sample([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "samples", "chat-ts"));
}
