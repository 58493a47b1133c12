using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Samples.Demo;

/// <summary>Where things are on this machine.</summary>
internal static class Repository
{
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DemoFailedException($"Orchestrator.sln is in no folder above {AppContext.BaseDirectory}; name the files with --plan and --silo.");
    }

    public static string Plan(string file) => Path.Combine(Root(), "samples", "plans", file);

    /// <summary>The silo built beside this program: the same configuration and framework.</summary>
    public static string Silo()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Root(), "src", "Orchestrator.Silo", "bin", framework.Parent!.Name, framework.Name, "Orchestrator.Silo.dll");
    }

    /// <summary>Ports of the loopback interface that were free a moment ago.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            return [.. listeners.Select(listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            })];
        }
        finally
        {
            Array.ForEach(listeners, listener => listener.Dispose());
        }
    }
}
