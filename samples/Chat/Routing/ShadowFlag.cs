namespace Orchestrator.Samples.Chat.Routing;

/// <summary>
/// True when traffic is mirrored: asked twice a second, not per request, so never older than a second while the orchestrator answers.
/// </summary>
internal sealed class ShadowFlag(OfrepClient ofrep, ChatOptions options) : BackgroundService
{
    private volatile bool _on;

    public bool On => _on;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        do
        {
            _on = await ofrep.IsOnAsync(options.ShadowFlag, "chat-server", null, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
