namespace Orchestrator.Silo.Tests;

/// <summary>One silo for the tests of a class that only look at answers and do not disturb each other.</summary>
public sealed class SharedSilo : IAsyncLifetime
{
    internal SiloHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await SiloHost.Start();

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();
}
