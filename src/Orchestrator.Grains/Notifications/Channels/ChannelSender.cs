using Orchestrator.Domain.Notifications;

namespace Orchestrator.Grains.Notifications.Channels;

/// <summary>Delivers to a channel of any kind. Every attempt ends with a result within its timeout.</summary>
public sealed class ChannelSender
{
    /// <summary>Timeout of an attempt, in real time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, IChannelKind> _kinds;
    private readonly ChannelSettings _settings;

    internal ChannelSender(IEnumerable<IChannelKind> kinds, ChannelSettings settings) =>
        (_kinds, _settings) = (kinds.ToDictionary(k => k.Name), settings);

    /// <summary>Tries once. Throws only when <paramref name="stop"/> does.</summary>
    public async Task<Attempt> Send(Notification notification, CancellationToken stop)
    {
        if (!_kinds.TryGetValue(notification.Kind, out var kind))
        {
            return new Attempt.Failed($"there is no channel of kind {notification.Kind}", ForGood: true);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            // Some client libraries react to a cancellation late.
            return await kind.Send(notification, _settings.Target(notification.Channel) ?? notification.Target, patience.Token)
                .WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Attempt.Failed($"no answer within {Patience.TotalSeconds} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Attempt.Failed(e.Message);
        }
    }
}
