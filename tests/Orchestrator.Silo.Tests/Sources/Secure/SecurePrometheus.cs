using Orchestrator.Silo.Cluster;


namespace Orchestrator.Silo.Tests.Sources.Secure;

/// <summary>
/// The real Prometheus behind TLS, with a password and a client certificate, by its own <c>--web.config.file</c>; it scrapes a canary and
/// its primary.
/// </summary>
internal sealed class SecurePrometheus : IAsyncDisposable
{
    public const string Password = "correct-horse-battery";

    private readonly Certificates _certificates;
    private readonly Certificates _others;
    private Program _program = null!;

    private SecurePrometheus(string folder)
    {
        Folder = folder;
        _certificates = new Certificates(folder, "own");
        _others = new Certificates(folder, "other");
    }

    public string Folder { get; }

    public PodinfoService Podinfo { get; private set; } = null!;

    public Uri Address { get; } = new($"https://127.0.0.1:{FreePort.Pick()}");

    public string Authority => _certificates.Authority;

    public string OtherAuthority => _others.Authority;

    public (string Certificate, string Key) Client { get; private set; }

    public (string Certificate, string Key) OtherClient { get; private set; }

    public static async Task<SecurePrometheus> Start()
    {
        var prometheus = new SecurePrometheus(Directory.CreateTempSubdirectory("secure-prometheus-").FullName) { Podinfo = await PodinfoService.Start() };
        await prometheus.Run();
        return prometheus;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await Podinfo.DisposeAsync();
        _certificates.Dispose();
        _others.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task Run()
    {
        var server = _certificates.Issue("server");
        (Client, OtherClient) = (_certificates.Issue("client"), _others.Issue("client"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 400ms, scrape_timeout: 400ms }
            scrape_configs:
              - { job_name: podinfo, static_configs: [ { targets: ["{{Podinfo.Address.Authority}}"] } ] }
            """);
        await File.WriteAllTextAsync(Path.Combine(Folder, "web.yml"), $$"""
            tls_server_config:
              cert_file: {{server.Certificate}}
              key_file: {{server.Key}}
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: {{Authority}}
            basic_auth_users:
              rollouts: {{BCrypt.Net.BCrypt.HashPassword(Password, workFactor: 4)}}
            """);
        _program = await Program.Start(
            "prometheus", "Server is ready to receive web requests", $"--config.file={Folder}/prometheus.yml", $"--web.config.file={Folder}/web.yml",
            $"--storage.tsdb.path={Folder}/data", $"--web.listen-address={Address.Authority}");
    }
}
