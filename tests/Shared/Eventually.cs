namespace Orchestrator.Silo.Tests;

/// <summary>Waits for something that another thread or process brings, and says in a failure what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Completes when the condition holds; fails the test after <see cref="SiloHost.Patience"/>.</summary>
    public static Task Until(string what, Func<bool> condition) => Until(what, () => Task.FromResult(condition()));

    /// <inheritdoc cref="Until(string, Func{bool})" />
    public static async Task Until(string what, Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(SiloHost.Patience);
        using var looks = new PeriodicTimer(Look);
        while (!await condition())
        {
            try
            {
                await looks.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Not within {SiloHost.Patience.TotalSeconds:0} s: {what}.");
            }
        }
    }
}
