using Microsoft.Extensions.Logging;
using Orchestrator.Api.Callers;

namespace Orchestrator.Dashboard.Sessions;

/// <summary>Logs failed sign-ins with the issuer, at a bounded rate: every client can send an answer that fails.</summary>
internal sealed partial class ProviderFailures(ILogger<ProviderFailures> logger)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _logged;
    private long _others;

    public void Note(Exception? failure)
    {
        long others;
        lock (_gate)
        {
            if (_logged is { } before && TimeProvider.System.GetElapsedTime(before) < BetweenLines)
            {
                _others++;
                return;
            }

            (others, _others, _logged) = (_others, 0, TimeProvider.System.GetTimestamp());
        }

        // A message may quote the client: one line of it, shortened.
        LogFailed(PersonName.Of(failure?.Message ?? "no reason"), others);
    }

    [LoggerMessage(LogLevel.Warning, "Sign-in with the issuer failed: {Reason}; {Others} more since the previous line")]
    private partial void LogFailed(string reason, long others);
}
