using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Servers;

/// <summary>
/// The lock of the configuration file, held while it is changed. A refresh token counts once at many issuers: of two processes that use
/// the same one, the issuer would end the sign-in of both.
/// </summary>
internal static class ConfigLock
{
    /// <summary>Longest wait: a holder refreshes a token within two requests to the issuer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes the lock; the system gives it back when the process ends.</summary>
    public static async Task<IDisposable> Take(Terminal terminal, CancellationToken stop)
    {
        var path = ConfigFile.PathOf(terminal) + ".lock";
        ConfigFile.MakeFolder(path);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException) when (File.Exists(path) && TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(Pause, stop);
            }
            catch (IOException error) when (File.Exists(path))
            {
                throw new Failure(ExitCode.Failed, $"{path} is held by another rollout process: {error.Message}");
            }
        }
    }
}
