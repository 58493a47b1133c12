using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Api.Streams;
using Orchestrator.Grains.Routing;

namespace Orchestrator.Api.Ofrep;

/// <summary>
/// A client notified of a change by one node may fetch from another that does not have it yet. It would get the old answer and no
/// further event; so it waits here until this node has caught up, or for a bounded time.
/// </summary>
internal sealed class ConfigEtagWait(IRoutingTables tables, TableChangeSignal signal, TimeProvider time)
{
    /// <summary>Longest wait; longer than the second after which a node polls by itself.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private const string Parameter = "flagConfigEtag";

    /// <summary>Version of a table in events, which clients send back: <c>{timeline}-{position}</c>.</summary>
    public static string Text(long timeline, long position) => string.Create(CultureInfo.InvariantCulture, $"{timeline}-{position}");

    /// <summary>True when the client knows of a later table than this node's.</summary>
    public bool IsBehind(QueryString query, out long wanted)
    {
        wanted = 0;
        return query.HasValue && query.Value!.Contains(Parameter, StringComparison.Ordinal)
            && QueryHelpers.ParseQuery(query.Value)[Parameter].ToString().Split('-') is [var timeline, var position]
            && long.TryParse(timeline, NumberStyles.None, CultureInfo.InvariantCulture, out var of) && of == tables.Current.Timeline
            && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out wanted) && wanted > tables.Current.Position;
    }

    public async Task Wait(long position, CancellationToken stop)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var next = signal.Next;
            var left = Longest - time.GetElapsedTime(began);
            if (tables.Current.Position >= position || left <= TimeSpan.Zero || stop.IsCancellationRequested)
            {
                return;
            }

            await next.WaitAsync(left, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
