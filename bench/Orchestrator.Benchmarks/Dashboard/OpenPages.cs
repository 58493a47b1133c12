using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Dashboard;

/// <summary>
/// Open pages of one rollout, as the script keeps them current: each follows the stream of events and loads itself again at each event, at
/// most four times a second. Beside them an operator pauses and resumes the rollout in turn.
/// </summary>
internal sealed class OpenPages(BenchSilo silo, string rollout)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Change = TimeSpan.FromSeconds(1);

    /// <summary>Newest position before each change, and its beginning.</summary>
    private readonly List<(long After, long Began)> _changes = [];
    private readonly ConcurrentBag<double> _shown = [];
    private int _loads, _failed;

    /// <summary>Milliseconds from the request for a change to the loaded page that has it, of each page and change.</summary>
    public IReadOnlyCollection<double> Shown => _shown;

    /// <summary>Loads of all pages.</summary>
    public int Loads => _loads;

    /// <summary>Loads that were not answered with 200.</summary>
    public int Failed => _failed;

    /// <summary>Changes of the rollout.</summary>
    public int Changes => _changes.Count;

    /// <summary>Opens the pages and changes the rollout, until the cancellation.</summary>
    public Task Run(int pages, CancellationToken stop) =>
        Task.WhenAll([.. Enumerable.Range(0, pages).Select(_ => Page(stop)), Operator(stop)]);

    private async Task Page(CancellationToken stop)
    {
        using var viewer = silo.As(BenchSilo.AdminKey);
        viewer.DefaultRequestHeaders.Add("Accept", "text/html");
        try
        {
            await Load(viewer, stop);
            viewer.DefaultRequestHeaders.Add("X-Live", "1");
            using var answer = await viewer.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
            using var stream = new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(stop));
            while (await stream.ReadLineAsync(stop) is { } line)
            {
                if (!line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    continue;
                }

                var began = Began(long.Parse(line.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture));
                var loaded = Stopwatch.GetTimestamp();
                await Load(viewer, stop);
                if (began is { } since)
                {
                    _shown.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                }

                if (Between - Stopwatch.GetElapsedTime(loaded) is { Ticks: > 0 } left)
                {
                    await Task.Delay(left, stop);
                }
            }

            throw new InvalidOperationException("The stream of a page ended.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The page is closed.
        }
    }

    private async Task Load(HttpClient viewer, CancellationToken stop)
    {
        using var answer = await viewer.GetAsync(new Uri($"/rollouts/{rollout}", UriKind.Relative), stop);
        await answer.Content.ReadAsByteArrayAsync(stop);
        Interlocked.Increment(ref _loads);
        if (!answer.IsSuccessStatusCode)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    /// <summary>Beginning of the change that wrote the event; null for an event of no change.</summary>
    private long? Began(long position)
    {
        lock (_changes)
        {
            var last = _changes.FindLastIndex(change => change.After < position);
            return last < 0 ? null : _changes[last].Began;
        }
    }

    private async Task Operator(CancellationToken stop)
    {
        using var admin = silo.As(BenchSilo.AdminKey);
        for (var paused = false; !stop.IsCancellationRequested; paused = !paused)
        {
            await Task.Delay(Change, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var node = JsonElement.Parse(await admin.GetStringAsync(new Uri("/api/v1/node", UriKind.Relative), CancellationToken.None));
            lock (_changes)
            {
                _changes.Add((node.GetProperty("position").GetInt64(), Stopwatch.GetTimestamp()));
            }

            await silo.Do(rollout, paused ? "resume" : "pause", paused ? null : new { reason = "measured" });
        }
    }
}
