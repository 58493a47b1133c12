using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Orchestrator.Storage.Azure;

namespace Orchestrator.Storage.Tests.Azure;

/// <summary>
/// A real Azurite as a process, with port, account and folder of its own; it does not outlive the tests, however they end.
/// </summary>
public sealed class Azurite : IAsyncLifetime
{
    private const string Account = "orchestrator";
    private const string Key = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHM=";

    private readonly string _folder = Directory.CreateTempSubdirectory("orchestrator-azurite-").FullName;
    private readonly int _port = FreePort();
    private readonly int _queuePort = FreePort();
    private readonly int _tablePort = FreePort();
    private Process? _process;
    private Process? _guardian;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public string ConnectionString(string key = Key) => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{_port}/{Account};TableEndpoint=http://127.0.0.1:{_tablePort}/{Account};");

    /// <summary>Settings of the product that point here, with a container of their own.</summary>
    internal AzureGrainStateSettings Settings(string? key = null, string? container = null) => AzureGrainStateSettings.Read(Configuration(
        ("ConnectionString", ConnectionString(key ?? Key)), ("Container", container ?? "test-" + Guid.NewGuid().ToString("N"))));

    /// <summary>Settings of the product that point here, with a table of their own.</summary>
    internal AzureGrainStateSettings Table(string? table = null, string? key = null) => AzureGrainStateSettings.Read(Configuration(
        ("ConnectionString", ConnectionString(key ?? Key)), ("Table", table ?? "test" + Guid.NewGuid().ToString("N"))));

    internal static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Orchestrator:Azure:{s.Key}", (string?)s.Value)))
        .AddInMemoryCollection([new("Orchestrator:GrainState", "azure")])
        .Build();

    public async ValueTask InitializeAsync() => await Start();

    public async Task Start([CallerFilePath] string here = "")
    {
        var package = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "azurite", "node_modules", "azurite"));
        Assert.True(Directory.Exists(package), "Azurite is not installed; eng/test.sh installs it (npm ci in tests/azurite).");
        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        const string Local = "127.0.0.1";
        _process = Process.Start(new ProcessStartInfo("node",
            [Path.Combine(package, "dist/src/azurite.js"), "--blobHost", Local, "--blobPort", Text(_port), "--queueHost", Local, "--queuePort", Text(_queuePort),
             "--tableHost", Local, "--tablePort", Text(_tablePort), "--location", _folder, "--silent", "--disableTelemetry", "--skipApiVersionCheck"])
        {
            RedirectStandardOutput = true,
            Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{Key}" },
        })!;
        _guardian = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat >/dev/null; kill -KILL \"$0\" 2>/dev/null", _process.Id.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
        })!;
        var said = "";
        while (!said.Contains("Table service is successfully listening", StringComparison.Ordinal))
        {
            said = await _process.StandardOutput.ReadLineAsync().WaitAsync(Some.Patience) ?? throw new InvalidOperationException("Azurite does not start.");
        }
    }

    /// <summary>Waits until the write that got this ETag is on its disk: it saves every few seconds.</summary>
    public async Task Saved(string etag)
    {
        // A blob's is "0x…" with its quotes, a row's W/"datetime'…'".
        var tag = etag.Split('"')[1];
        await Eventually.Until(
            $"Azurite has saved the write {tag}",
            async () => await Holds("__azurite_db_blob__.json", tag) || await Holds("__azurite_db_table__.json", tag));
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync().WaitAsync(Some.Patience);
        _process.Dispose();
        _guardian!.StandardInput.Close();
        await _guardian.WaitForExitAsync().WaitAsync(Some.Patience);
        _guardian.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Kill();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> Holds(string database, string text)
    {
        var file = Path.Combine(_folder, database);
        return File.Exists(file) && (await File.ReadAllTextAsync(file)).Contains(text, StringComparison.Ordinal);
    }
}
