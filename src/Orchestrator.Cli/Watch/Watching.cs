using System.Text.Json;
using Orchestrator.Api.Client;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Watch;

/// <summary>
/// Watches a rollout until it ends: the stream says that something changed, then the rollout is read. Numbers that no event brings are
/// read every few seconds. Without a server the last answer stays, with its age, and tries go on within a bound.
/// </summary>
internal sealed class Watching(IRolloutFeed feed, IWatchView view, TimeProvider time, Random? random = null) : IDisposable
{
    /// <summary>Time between two reads when nothing changes: evidence and distances have no event.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(3);

    /// <summary>A storm of events causes at most one read in this time.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Time between two questions about the clock.</summary>
    private static readonly TimeSpan ClockEvery = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _news = new(0);
    private readonly ServerClock _clock = new(time);
    private readonly Backoff _reads = new(random ?? Random.Shared);
    private readonly Backoff _streams = new(random ?? Random.Shared);

    private JsonElement? _rollout;
    private JsonElement? _schedule;
    private JsonElement? _preview;
    private (string, string)? _previewed;
    private long _asked;
    private long _began;
    private long? _clockAt;
    private string? _problem;
    private (long From, TimeSpan Wait)? _retry;
    private CancellationTokenSource? _stream;
    private volatile bool _changed;
    private volatile bool _streaming;

    /// <summary>Watches until the rollout ends (completed, aborted or retired).</summary>
    /// <param name="stop">Interrupts it: throws <see cref="OperationCanceledException"/>.</param>
    /// <param name="listen">Begins to listen for the key that ends it without an error; null for none.</param>
    public async Task<ExitCode> Run(CancellationToken stop, Func<CancellationToken>? listen = null)
    {
        // The first answer decides: an unknown rollout or a missing right ends the run, and nothing is drawn.
        Take(await Read(stop));
        var quit = Ended(_rollout!.Value) ? CancellationToken.None : listen?.Invoke() ?? CancellationToken.None;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop, quit);
        var following = Follow(ends.Token);
        try
        {
            await Loop(ends.Token);
        }
        catch (OperationCanceledException) when (quit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
        }
        finally
        {
            await ends.CancelAsync();
            await following;
            view.End(Shown());
        }

        return ExitCode.Success;
    }

    public void Dispose() => _news.Dispose();

    /// <summary>True for a rollout that changes no more.</summary>
    public static bool Ended(JsonElement rollout) => rollout.Text("status") is "completed" or "aborted" or "retired";

    private async Task Loop(CancellationToken stop)
    {
        Task<Answers>? read = null;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (read is null && Due() <= TimeSpan.Zero)
            {
                _retry = null;
                read = Read(stop);
            }

            if (read is { IsCompleted: true } done)
            {
                read = null;
                await Took(done);
            }

            if (Shown() is { } shown)
            {
                // A screen shows the end in its own way: below the command.
                if (!Ended(shown.Rollout) || view.Tick is null)
                {
                    view.Show(shown);
                }

                if (Ended(shown.Rollout))
                {
                    return;
                }
            }

            await Rest(read, stop);
        }
    }

    /// <summary>Time until the next read.</summary>
    private TimeSpan Due() => !_changed && _retry is { } retry ? retry.Wait - time.GetElapsedTime(retry.From)
        : (_changed ? Pause : Refresh) - time.GetElapsedTime(_began);

    /// <summary>Waits for news, the read that runs, the next read or the next tick, whichever is first.</summary>
    private async Task Rest(Task? read, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var wait = read is null ? Due() : Refresh;
        if (view.Tick is { } tick && tick < wait)
        {
            wait = tick;
        }

        List<Task> first = [_news.WaitAsync(over.Token), Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, over.Token)];
        if (read is not null)
        {
            first.Add(read);
        }

        await Task.WhenAny(first);
        await over.CancelAsync();

        // News of the time since then are one piece of news.
        while (_news.Wait(0, CancellationToken.None))
        {
        }
    }

    private async Task Took(Task<Answers> read)
    {
        try
        {
            Take(await read);
            _reads.Succeeded();
            _problem = null;
        }
        catch (OrchestratorApiException refused) when (refused.Status is 401 or 403)
        {
            throw;
        }
        catch (Exception gone) when (gone is OrchestratorApiException or OrchestratorUnreachableException or Failure)
        {
            _problem = gone.Message;

            // A connection that is cut off without a word would be followed for ever.
            End(Volatile.Read(ref _stream));
            _retry = (time.GetTimestamp(), _reads.Failed());
        }
    }

    private void Take(Answers answers)
    {
        (_rollout, _asked) = (answers.Rollout, answers.Asked);
        (_schedule, _preview) = (answers.Schedule, answers.Preview);
    }

    /// <summary>Reads the rollout and its steps; now and then the clock, which may fail alone.</summary>
    private async Task<Answers> Read(CancellationToken stop)
    {
        _changed = false;
        _began = time.GetTimestamp();
        var asked = _began;
        var schedule = feed.Schedule(stop);
        try
        {
            var rollout = await feed.Rollout(stop);
            if (_clockAt is not { } at || time.GetElapsedTime(at) >= ClockEvery || _problem is not null)
            {
                await SetClock(stop);
            }

            var plan = Previews.Plan(rollout);
            var preview = plan == _previewed ? _preview : await Previews.Of(feed, rollout, stop);
            _previewed = plan;
            return new Answers(rollout, await schedule, preview, asked);
        }
        finally
        {
            await ((Task)schedule).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SetClock(CancellationToken stop)
    {
        try
        {
            var (now, speed) = await feed.Clock(stop);
            _clock.Take(now, speed);
        }
        catch (Exception silent) when (silent is OrchestratorApiException or OrchestratorUnreachableException or Failure)
        {
            // Without an answer the clock goes on as it was.
        }

        _clockAt = time.GetTimestamp();
    }

    /// <summary>Follows the stream, and opens it again whenever it ends.</summary>
    private async Task Follow(CancellationToken stop)
    {
        long? last = null;
        while (!stop.IsCancellationRequested)
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Volatile.Write(ref _stream, ends);
            try
            {
                await feed.News(last, position =>
                {
                    last = position ?? last;
                    _streaming = true;
                    _streams.Succeeded();
                    News();
                }, ends.Token);
            }
            catch (Exception ended) when (ended is OrchestratorApiException or OrchestratorUnreachableException or Failure or IOException
                or HttpRequestException or OperationCanceledException or JsonException)
            {
                // The reads say what is wrong; without the stream they go on by themselves.
            }

            Volatile.Write(ref _stream, null);
            var lost = _streaming;
            _streaming = false;
            if (lost)
            {
                News();
            }

            await Task.Delay(_streams.Failed(), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void End(CancellationTokenSource? stream)
    {
        try
        {
            stream?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same time.
        }
    }

    private void News()
    {
        _changed = true;
        _news.Release();
    }

    private RolloutShown? Shown()
    {
        if (_rollout is not { } rollout)
        {
            return null;
        }

        var connection = _problem is not null ? Connection.Lost : _streaming ? Connection.Live : Connection.Polled;
        TimeSpan? retryIn = _retry is { } retry ? retry.Wait - time.GetElapsedTime(retry.From) : null;
        return new RolloutShown(
            rollout, _schedule, _clock.Now,
            new Freshness(connection, time.GetElapsedTime(_asked), _problem, retryIn > TimeSpan.Zero ? retryIn : null), _preview);
    }

    private sealed record Answers(JsonElement Rollout, JsonElement Schedule, JsonElement? Preview, long Asked);
}
