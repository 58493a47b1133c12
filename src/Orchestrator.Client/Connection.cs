namespace Orchestrator.Client;

/// <summary>HTTP client of the orchestrator.</summary>
internal static class Connection
{
    /// <summary>Twelve times a table with a million members; a larger answer is no table.</summary>
    private const long LargestAnswer = 256 * 1024 * 1024;

    /// <summary>Opens a client under one key. Each request sets its own limit of time.</summary>
    public static HttpClient Open(OrchestratorOptions options, string key, long largest = LargestAnswer)
    {
        var url = options.Url!.AbsoluteUri;
        var http = new HttpClient(options.Handler?.Invoke() ?? Handler(options))
        {
            BaseAddress = new Uri(url.EndsWith('/') ? url : url + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = largest,
        };
        http.DefaultRequestHeaders.Add("X-API-Key", key);
        return http;
    }

    /// <summary>Follows no redirect: the key would go to any address that an answer names.</summary>
    private static SocketsHttpHandler Handler(OrchestratorOptions options) => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = options.RequestTimeout,
        AllowAutoRedirect = false,
        UseCookies = false,
    };
}
