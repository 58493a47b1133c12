using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>Lets the users write, never faster than the rate, never more than a bounded number at once.</summary>
internal sealed class Driver(HttpClient http, Uri chat, User[] users, int rate, Tally tally)
{
    private const int MostAtOnce = 512;
    private static readonly string[] Phrases = ["hello there", "/me waves", "@user-0001 did you see this?", "a < b && b > c", "see you  tomorrow,\tall of you", "thanks!"];
    private readonly SemaphoreSlim _atOnce = new(MostAtOnce);
    private readonly User[] _turns = [.. users.SelectMany(u => Enumerable.Repeat(u, u.Weight))];

    public async Task DriveAsync(CancellationToken stop)
    {
        new Random(23).Shuffle(_turns);
        var sent = 0L;
        var last = Stopwatch.GetTimestamp();
        var owed = 0.0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await tick.WaitForNextTickAsync(stop))
        {
            // What could not be sent in time is dropped, not saved up: a stall must not be followed by a flood.
            var now = Stopwatch.GetTimestamp();
            owed = Math.Min(owed + (rate * Stopwatch.GetElapsedTime(last, now).TotalSeconds), rate / 10.0);
            last = now;
            for (; owed >= 1 && _atOnce.Wait(0, CancellationToken.None); owed--)
            {
                var turn = sent++;
                _ = WriteAsync(_turns[turn % _turns.Length], Phrases[turn % Phrases.Length], stop);
            }
        }
    }

    private async Task WriteAsync(User user, string text, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var body = new
            {
                userId = user.Id,
                text,
                attributes = new
                {
                    region = user.Region,
                    usage = user.Usage,
                    @internal = user.Internal,
                    trusted = user.Trusted,
                    platform = user.Platform
                },
            };
            using var content = JsonContent.Create(body);
            using var response = await http.PostAsync(new Uri(chat, $"rooms/room-{user.Index % 200}/messages"), content, stop);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(stop));
            var onNew = RolloutView.Text(answer.RootElement, "path") == "new";
            tally.Note(new Answer(user, onNew, (int)response.StatusCode, started, Stopwatch.GetTimestamp()));
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException)
        {
            if (!stop.IsCancellationRequested)
            {
                tally.NoAnswer();
            }
        }
        finally
        {
            _atOnce.Release();
        }
    }
}
