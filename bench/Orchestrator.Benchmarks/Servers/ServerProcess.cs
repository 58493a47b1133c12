using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Benchmarks.Servers;

/// <summary>A built server as a process of its own on a loopback port, with its counters of Linux.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>USER_HZ, which Linux shows to programs as 100 on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly long _started;

    private ServerProcess(Process process, long started, Uri address) => (_process, _started, Address) = (process, started, address);

    public Uri Address { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>CPU seconds of all its threads so far, user and system.</summary>
    public double CpuSeconds
    {
        get
        {
            var stat = Proc("stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture))
                / TicksPerSecond;
        }
    }

    /// <summary>Resident memory now and at its highest, in MB of 10^6 bytes.</summary>
    public (double Now, double Peak) ResidentMegabytes => (Status("VmRSS:"), Status("VmHWM:"));

    /// <summary>Starts an assembly; on one core when one is given. Its output goes nowhere unless it fails.</summary>
    public static ServerProcess Start(
        string assembly, int? core, Dictionary<string, string>? environment = null, params string[] arguments) =>
        At(FreeAddress(), assembly, core, environment, arguments);

    /// <summary>The same at a known address.</summary>
    public static ServerProcess At(Uri address, string assembly, int? core, Dictionary<string, string>? environment, string[] arguments) =>
        Launch(address, core, environment, ["dotnet", "exec", assembly, $"--urls={address}", .. arguments]);

    /// <summary>Starts a script of Node, with its port in <c>PORT</c>.</summary>
    public static ServerProcess Node(string script, int? core, Dictionary<string, string> environment)
    {
        var address = FreeAddress();
        return Launch(address, core, new(environment) { ["PORT"] = address.Port.ToString(CultureInfo.InvariantCulture) }, ["node", "--no-deprecation", script]);
    }

    private static ServerProcess Launch(Uri address, int? core, Dictionary<string, string>? environment, string[] command)
    {
        command = core is { } one ? ["taskset", "-c", one.ToString(CultureInfo.InvariantCulture), .. command] : command;
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, line) => Console.Error.Write(line.Data is { } text ? text + "\n" : "");
        // Ctrl+C of the benchmarks also stops their servers.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ServerProcess(process, began, address);
    }

    /// <summary>Waits until a path answers 200; returns the time since the start of the process, in milliseconds.</summary>
    public async Task<double> Ready(string path, TimeSpan? limit = null)
    {
        var patience = limit ?? Patience;
        using var http = new HttpClient { BaseAddress = Address, Timeout = patience };
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode == HttpStatusCode.OK)
                {
                    return Stopwatch.GetElapsedTime(_started).TotalMilliseconds;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(_started) < patience)
            {
                // The server does not listen yet.
            }

            if (Stopwatch.GetElapsedTime(_started) > patience)
            {
                throw new TimeoutException($"{Address}{path} is not ready after {patience}.");
            }

            await Task.Delay(5);
        }
    }

    /// <summary>kill -9; returns when the process has ended.</summary>
    public async Task Kill()
    {
        Kill(_process);
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it with SIGTERM, as an operator would, and with SIGKILL after a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (var term = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await term.WaitForExitAsync();
            }

            using var patience = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Kill(_process);
        }
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    /// <summary>
    /// A port outside of Linux's ephemeral range: while a server is down, one of thousands of connecting clients could get its port,
    /// and would then connect to itself.
    /// </summary>
    public static Uri FreeAddress()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(12_000, 32_000));
                listener.Start();
                return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Taken: try the next one.
            }
        }
    }

    private string Proc(string file) => File.ReadAllText($"/proc/{_process.Id}/{file}");

    private double Status(string name) =>
        double.Parse(Proc("status").Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim(), CultureInfo.InvariantCulture) * 1024 / 1e6;
}
