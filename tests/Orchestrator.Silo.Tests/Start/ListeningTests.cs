using System.Globalization;

namespace Orchestrator.Silo.Tests.Start;

public sealed class ListeningTests
{
    [Fact]
    public async Task Embedded_process_listens_for_http_and_for_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("listening-");
        try
        {
            await using var silo = await SiloProcess.Start(folder.FullName, $"--ORCHESTRATOR_ADMIN_KEY={SiloHost.AdminKey}");
            using var admin = silo.As(SiloHost.AdminKey);
            await admin.GetAsync("/api/v1/keys").Json();
            Assert.Equal([silo.Address.Port], Listening(silo.ProcessId));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Ports of TCP sockets of the process that listen, as the kernel has them.</summary>
    private static int[] Listening(int process)
    {
        var own = Directory.GetFiles($"/proc/{process}/fd").Select(file => File.ResolveLinkTarget(file, false)?.Name ?? "")
            .Where(name => name.StartsWith("socket:[", StringComparison.Ordinal)).Select(name => name[8..^1]).ToHashSet();
        return
        [
            .. ((string[])[$"/proc/{process}/net/tcp", $"/proc/{process}/net/tcp6"]).SelectMany(File.ReadLines).Skip(1)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(columns => columns[3] == "0A" && own.Contains(columns[9]))
                .Select(columns =>
                    int.Parse(columns[1].AsSpan(columns[1].IndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
        ];
    }
}
