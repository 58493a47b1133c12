namespace Orchestrator.Client;

/// <summary>How requests leave this process.</summary>
internal static class Connection
{
    /// <summary>Twelve times a table with a million members: what is larger is none.</summary>
    private const long Largest = 256 * 1024 * 1024;

    /// <summary>A client of the orchestrator under one key. Each request says itself how long it may take.</summary>
    public static HttpClient Open(OrchestratorOptions options, string key, long largest = Largest)
    {
        var url = options.Url!.AbsoluteUri;
        var http = new HttpClient(options.Handler?.Invoke() ?? Handler(options))
        {
            BaseAddress = new Uri(url.EndsWith('/') ? url : url + "/"), Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = largest,
        };
        http.DefaultRequestHeaders.Add("X-API-Key", key);
        return http;
    }

    /// <summary>Follows no redirect: the key would go wherever the answer says.</summary>
    private static SocketsHttpHandler Handler(OrchestratorOptions options) => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = options.RequestTimeout, AllowAutoRedirect = false, UseCookies = false,
    };
}
