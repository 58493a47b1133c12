namespace Orchestrator.Grains.Egress;

/// <summary>
/// Makes every HTTP client that calls out of this process: no redirect, no cookie, no proxy. A client of its own would escape the list, so
/// a test reads the sources for one.
/// </summary>
public static class OutgoingHttp
{
    /// <summary>A client for addresses that plans and requests name: each call is held to the list.</summary>
    /// <param name="egress">The list.</param>
    /// <param name="shape">Limits of the client's connections.</param>
    public static HttpClient Listed(EgressList egress, Action<SocketsHttpHandler>? shape = null) =>
        Client(new EgressHandler(egress, Sockets(shape)));

    /// <summary>A client for addresses that the operator's configuration names, which needs no list: an issuer of tokens.</summary>
    /// <param name="shape">Limits of the client's connections.</param>
    public static HttpClient Configured(Action<SocketsHttpHandler>? shape = null) => Client(Sockets(shape));

    /// <summary>Each request says itself how long it may take.</summary>
    private static HttpClient Client(HttpMessageHandler handler) => new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    private static SocketsHttpHandler Sockets(Action<SocketsHttpHandler>? shape)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        shape?.Invoke(sockets);
        return sockets;
    }
}
