using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Orchestrator.PostgreSql;

/// <summary>A postmaster and its children as processes.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly Process postmaster;
    private readonly Process guardian;

    private ServerProcess(Process postmaster, Process guardian)
    {
        this.postmaster = postmaster;
        this.guardian = guardian;
    }

    private enum Signal
    {
        Interrupt = 2,
        Kill = 9,
        Continue = 18,
        Stop = 19,
    }

    public bool HasExited => postmaster.HasExited;

    public static ServerProcess Start(IReadOnlyList<string> commandLine, string logFile)
    {
        var postmaster = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1", logFile, .. commandLine]) { WorkingDirectory = "/" })!;

        // Its input ends with this process, even if that is killed; then it takes the server along.
        var guardian = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat >/dev/null; kill -STOP \"$0\" 2>/dev/null && { pkill -KILL -P \"$0\"; kill -KILL \"$0\"; }", Text(postmaster.Id)])
        {
            RedirectStandardInput = true,
        })!;
        return new ServerProcess(postmaster, guardian);
    }

    public async Task Stop()
    {
        Continue();
        Send(postmaster.Id, Signal.Interrupt);
        await Ended([]).ConfigureAwait(false);
    }

    public async Task Kill()
    {
        var children = Children();
        Send(postmaster.Id, Signal.Kill);
        foreach (var child in children)
        {
            // One that hangs would not notice that its postmaster is gone.
            Send(child, Signal.Continue);
        }

        await Ended(children).ConfigureAwait(false);
    }

    public void Pause()
    {
        // The postmaster first: then no child is born that would be missed.
        Send(postmaster.Id, Signal.Stop);
        foreach (var child in Children())
        {
            Send(child, Signal.Stop);
        }
    }

    public void Continue()
    {
        foreach (var child in Children())
        {
            Send(child, Signal.Continue);
        }

        Send(postmaster.Id, Signal.Continue);
    }

    public void Dispose()
    {
        guardian.StandardInput.Close();
        guardian.WaitForExit();
        guardian.Dispose();
        postmaster.Dispose();
    }

    private async Task Ended(IReadOnlyList<int> children)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await postmaster.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        await Eventually.Until(
            "the sessions of PostgreSQL have ended",
            () => !children.Any(child => File.Exists($"/proc/{Text(child)}/stat") && Parent(child) is not null)).ConfigureAwait(false);
    }

    private List<int> Children() => [.. Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .Where(id => id > 0 && Parent(id) == postmaster.Id)];

    /// <summary>The parent of a live process; null when it is gone or only its name is left.</summary>
    private static int? Parent(int id)
    {
        try
        {
            // "id (name) state parent ...", and the name may hold anything.
            var stat = File.ReadAllText($"/proc/{Text(id)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Send(int id, Signal signal)
    {
        const int NoSuchProcess = 3;
        if (Kill(id, (int)signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int id, int signal);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
