using Microsoft.AspNetCore.HttpOverrides;

namespace Orchestrator.Silo.Edge;

/// <summary>What a request is, seen from the client: its address and whether it came by HTTPS, of which browsers are told to stay with it.</summary>
internal static class EdgeApplication
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public static void AddEdge(this IServiceCollection services, EdgeSettings settings)
    {
        services.AddHsts(hsts => hsts.MaxAge = Remembered);
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Of several proxies each is known, and the first that is not is the client.
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
