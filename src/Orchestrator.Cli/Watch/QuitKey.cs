namespace Orchestrator.Cli.Watch;

/// <summary>Reads keys while a rollout is watched, so that none is echoed into the frame; <c>q</c> and Escape end the watch.</summary>
internal static class QuitKey
{
    /// <summary>A token that is cancelled by the key. Reading ends with the process: the system gives no way to end it before.</summary>
    public static CancellationToken Listen()
    {
        var quit = new CancellationTokenSource();
        new Thread(() =>
        {
            try
            {
                while (Console.ReadKey(intercept: true).Key is not (ConsoleKey.Q or ConsoleKey.Escape))
                {
                }

                quit.Cancel();
            }
            catch (Exception gone) when (gone is InvalidOperationException or IOException)
            {
                // There is no keyboard: only Ctrl+C ends the watch.
            }
        })
        {
            IsBackground = true,
        }.Start();
        return quit.Token;
    }
}
