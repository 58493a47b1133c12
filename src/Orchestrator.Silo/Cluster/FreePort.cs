using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Silo.Cluster;

/// <summary>A port that no process uses. Orleans must know its own before it listens, so it cannot ask for any.</summary>
internal static class FreePort
{
    public static int Pick()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
