using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Orchestrator.Silo.Cluster;
using Orchestrator.Silo.Tests.Cluster;
using Orchestrator.Silo.Tests.Edge;
using Orchestrator.Silo.Tests.Segments;

namespace Orchestrator.Silo.Tests.Samples;

/// <summary>The sample as a process of its own, against a silo that is one, too, with TLS at its gateway.</summary>
public sealed class OrleansClientTests(ClusterDatabase database)
{
    private const string Pro = "--Attributes:plan=pro";
    private const string Legacy = "variant=legacy reason=DISABLED new=False";

    [Fact]
    public async Task Sample_asks_a_segment_by_the_gateway_and_follows_a_rollback()
    {
        using var cluster = new Authority();
        using var clients = new Authority();
        var gateway = FreePort.Pick();
        await using var silo = await Start(cluster, clients, gateway);
        using var admin = silo.As(SiloHost.AdminKey);
        await SegmentPlan.Begin(admin);

        var (exit, output) = await Run(gateway, cluster, clients, Pro);
        Assert.True(exit == 0, output);
        Assert.Contains("variant=new reason=TARGETING_MATCH new=True rollout=r1", output, StringComparison.Ordinal);
        Assert.Contains("  matches: beta: plan equals \"pro\" (saw \"pro\")", output, StringComparison.Ordinal);

        await admin.PostAsJsonAsync("/api/v1/rollouts/r1/rollback", new { reason = "bad" }).Json();
        await Eventually.Until(
            "the sample answers legacy",
            async () => (await Run(gateway, cluster, clients, Pro)).Output.Contains(Legacy, StringComparison.Ordinal));

        (exit, output) = await Run(gateway, cluster, clients, Pro, "--Segment=production/none");
        Assert.True(exit == 1, output);
        Assert.Contains("SEGMENT_NOT_FOUND: Environment production has no segment none.", output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output)> Run(int gateway, Authority cluster, Authority clients, params string[] more)
    {
        var (certificate, key) = clients.Issue();
        string[] args =
        [
            "exec", Sample(), string.Create(CultureInfo.InvariantCulture, $"--Gateway=127.0.0.1:{gateway}"),
            $"--Certificate={certificate}", $"--Key={key}", $"--Authority={cluster.RootFile}",
            "--Segment=production/beta", $"--Flag={SegmentPlan.Flag}", "--TargetingKey=ann", .. more,
        ];
        var start = new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"Not done after {SiloHost.Patience}: {string.Concat(await said)}");
        }

        return (process.ExitCode, string.Concat(await said));
    }

    private async Task<SiloProcess> Start(Authority cluster, Authority clients, int gateway)
    {
        var (certificate, key) = cluster.Issue();
        return await SiloProcess.Start(
            Directory.CreateTempSubdirectory("silo-").FullName,
            [
                .. await database.New(), $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}", "--Orchestrator:Cluster:Drain=0s",
                string.Create(CultureInfo.InvariantCulture, $"--Orchestrator:Cluster:GatewayPort={gateway}"),
                $"--Orchestrator:Cluster:Tls:Certificate={certificate}", $"--Orchestrator:Cluster:Tls:Key={key}",
                $"--Orchestrator:Cluster:Tls:Authority={cluster.RootFile}",
                $"--Orchestrator:Cluster:Tls:ClientAuthority={clients.RootFile}",
            ]);
    }

    /// <summary>Built beside this, in the same configuration.</summary>
    private static string Sample([CallerFilePath] string here = "")
    {
        var built = AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)[^2..];
        return Path.GetFullPath(Path.Combine([
            Path.GetDirectoryName(here)!, "../../../samples/orleans-client/bin", .. built, "Orchestrator.Samples.OrleansClient.dll"]));
    }
}
