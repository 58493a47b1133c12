using System.Diagnostics;

namespace Orchestrator.PostgreSql;

/// <summary>The programs of the newest PostgreSQL installed. They refuse to run as root, so root runs them as <c>postgres</c>.</summary>
internal sealed record PostgresPrograms(string InitDb, string Postgres)
{
    private const string Owner = "postgres";

    private static readonly bool AsRoot = Environment.IsPrivilegedProcess;

    public static PostgresPrograms Find()
    {
        const string Debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var folder = installed.Concat(path).FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "postgres")))
            ?? throw new InvalidOperationException($"PostgreSQL is not installed: initdb is neither below {Debian} nor in PATH (Debian: apt-get install postgresql).");
        return new PostgresPrograms(Path.Combine(folder, "initdb"), Path.Combine(folder, "postgres"));
    }

    /// <summary>
    /// The command line that runs the program as the owner of the data; it becomes the program, so that its process id is the program's.
    /// </summary>
    public IReadOnlyList<string> AsOwner(string program, IEnumerable<string> arguments) =>
        AsRoot ? ["setpriv", $"--reuid={Owner}", $"--regid={Owner}", "--clear-groups", program, .. arguments] : [program, .. arguments];

    public Task Own(string folder) => AsRoot ? Run(["chown", "-R", Owner, folder]) : Task.CompletedTask;

    public static async Task Run(IReadOnlyList<string> commandLine)
    {
        var start = new ProcessStartInfo(
            commandLine[0], commandLine.Skip(1))
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        var said =
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', commandLine)} ended with {process.ExitCode}: {string.Concat(said)}");
        }
    }
}
