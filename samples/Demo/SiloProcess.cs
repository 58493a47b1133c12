using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Orchestrator.Samples.Demo;

/// <summary>
/// The orchestrator as a child process: fresh data, free ports, random keys. Everything goes when this is disposed, except after a failure.
/// </summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly TextWriter _log;

    private SiloProcess(Process process, Uri address, string folder)
    {
        (_process, Address, _folder) = (process, address, folder);
        _log = TextWriter.Synchronized(new StreamWriter(LogFile) { AutoFlush = true });
        process.StartInfo.Environment["ORCHESTRATOR_ADMIN_KEY"] = AdminKey;
        process.StartInfo.Environment["ORCHESTRATOR_EVALUATION_KEY"] = EvaluationKey;
        process.OutputDataReceived += (_, line) => _log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => _log.WriteLine(line.Data);
    }

    public Uri Address { get; }

    public string AdminKey { get; } = NewKey();

    public string EvaluationKey { get; } = NewKey();

    public string LogFile => Path.Combine(_folder, "silo.log");

    /// <summary>Leave the data and the log for whoever wants to know what happened.</summary>
    public bool Keep { get; set; }

    public static async Task<SiloProcess> StartAsync(string dll, double speed, HttpClient http, CancellationToken stop)
    {
        if (!File.Exists(dll))
        {
            throw new DemoFailedException($"The orchestrator is not built: {dll} is missing.");
        }

        var folder = Directory.CreateTempSubdirectory("rollout-demo-").FullName;
        var port = Repository.FreePorts(1)[0];
        var address = new Uri($"http://127.0.0.1:{port}/");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        string[] arguments =
        [
            dll, "--urls", address.ToString().TrimEnd('/'), $"--Orchestrator:Data={Path.Combine(folder, "data")}",
            $"--Orchestrator:Clock:Speed={speed.ToString(CultureInfo.InvariantCulture)}",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var silo = new SiloProcess(new Process { StartInfo = start }, address, folder);
        silo._process.Start();
        silo._process.BeginOutputReadLine();
        silo._process.BeginErrorReadLine();
        try
        {
            await silo.ReadyAsync(http, stop);
            return silo;
        }
        catch
        {
            silo.Keep = true;
            await silo.DisposeAsync();
            throw;
        }
    }

    private async Task ReadyAsync(HttpClient http, CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        while (since.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (_process.HasExited)
            {
                throw new DemoFailedException($"The orchestrator ended with code {_process.ExitCode} before it was ready; its log is {LogFile}.");
            }

            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "health/ready"), stop);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, stop);
        }

        throw new DemoFailedException($"The orchestrator was not ready within a minute; its log is {LogFile}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        await _log.DisposeAsync();
        if (!Keep)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
