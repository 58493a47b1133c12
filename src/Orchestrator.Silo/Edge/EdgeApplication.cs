using Microsoft.AspNetCore.HttpOverrides;
using Orchestrator.Silo.Settings;

namespace Orchestrator.Silo.Edge;

/// <summary>
/// The client's view of a request: its address, and HTTPS where the client spoke it, which browsers are asked to keep (HSTS).
/// </summary>
internal static class EdgeApplication
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public static void AddEdge(this IServiceCollection services, EdgeSettings settings)
    {
        services.AddHsts(hsts => hsts.MaxAge = Remembered);
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // With several proxies each one is known, and the first unknown address is the client.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in settings.KnownProxies)
            {
                forwarded.KnownIPNetworks.Add(network);
            }
        });
    }

    public static void UseEdge(this WebApplication app, EdgeSettings settings)
    {
        if (settings.KnownProxies.Length > 0)
        {
            app.UseForwardedHeaders();
        }

        app.UseHsts();
    }
}
