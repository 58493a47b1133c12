using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Streams;

/// <summary>
/// One web client: fetches all flags, follows the stream that the response names as an <c>EventSource</c> does (<c>retry</c>,
/// <c>Last-Event-ID</c>, reconnects for ever), and fetches again at each event. It retries after a 503 with its <c>Retry-After</c>; any
/// other refusal ends an EventSource for good.
/// </summary>
internal sealed class Subscriber(HttpClient asking, HttpClient following, int number)
{
    private static readonly TimeSpan UsualRetry = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private readonly List<(long Id, long At)> _told = [];
    private TimeSpan _retry = UsualRetry;
    private string? _last;
    private string? _tag;
    private string? _news;
    private Uri? _address;
    private volatile string _answer = "";

    /// <summary>Time at which its stream was opened, as a timestamp; 0 without one.</summary>
    public long OpenSince { get; private set; }

    /// <summary>Time of its newest answer, as a timestamp.</summary>
    public long AnsweredAt { get; private set; }

    /// <summary>Number of refused and broken connections.</summary>
    public int Breaks { get; private set; }

    /// <summary>Number of 503 with Retry-After.</summary>
    public int Refusals { get; private set; }

    /// <summary>The status at which it gave up for good; null while it has not.</summary>
    public int? GaveUpAt { get; private set; }

    /// <summary>True when its newest answer has a flag on.</summary>
    public bool Has(string flag) => _answer.Contains($"\"key\":\"{flag}\",\"value\":true", StringComparison.Ordinal);

    /// <summary>Time of the first event with this position or a later one, as a timestamp; null without one.</summary>
    public long? ToldOf(long position)
    {
        lock (_gate)
        {
            return _told.Where(one => one.Id >= position).Select(one => (long?)one.At).FirstOrDefault();
        }
    }

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && GaveUpAt is null)
        {
            var pause = _retry;
            try
            {
                if (_address is null || _news is not null)
                {
                    await Ask(stop);
                }

                pause = await Follow(stop) ?? _retry;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                Breaks++;
                pause = _retry;
            }
            finally
            {
                OpenSince = 0;
            }

            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Delay of a Retry-After.</summary>
    private async Task<TimeSpan?> Follow(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", _last);
        using var response = await following.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            (Refusals, GaveUpAt) = (Refusals + 1,
                response.StatusCode == HttpStatusCode.ServiceUnavailable ? null : (int)response.StatusCode);
            return response.Headers.RetryAfter?.Delta;
        }

        OpenSince = Stopwatch.GetTimestamp();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop));
        while (await lines.ReadLineAsync(stop) is { } line)
        {
            if (line.StartsWith("retry: ", StringComparison.Ordinal))
            {
                _retry = TimeSpan.FromMilliseconds(int.Parse(line.AsSpan(7), CultureInfo.InvariantCulture));
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                Tell(_last = line[4..]);
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                _news = JsonElement.Parse(line.AsSpan(6)).GetProperty("etag").GetString();
                await Ask(stop);
            }
        }

        return null;
    }

    private void Tell(string id)
    {
        lock (_gate)
        {
            _told.Add((long.Parse(id, CultureInfo.InvariantCulture), Stopwatch.GetTimestamp()));
        }
    }

    /// <summary>Fetches all flags, with the tag of its answer and the version of the newest event.</summary>
    private async Task Ask(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("ofrep/v1/evaluate/flags" + (_news is { } news ? $"?flagConfigEtag={news}" : ""), UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchSilo.EvaluationKey);
        request.Headers.TryAddWithoutValidation("If-None-Match", _tag);
        request.Content = new StringContent($$$"""{"context":{"targetingKey":"user-{{{number}}}"}}""", Encoding.UTF8, "application/json");
        using var response = await asking.SendAsync(request, stop);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            (_answer, _tag) = (await response.Content.ReadAsStringAsync(stop), response.Headers.ETag!.ToString());
            var stream = JsonElement.Parse(_answer).GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString()!;
            _address = new Uri(stream, UriKind.Relative);
        }
        else if (response.StatusCode != HttpStatusCode.NotModified)
        {
            throw new HttpRequestException($"All flags: {(int)response.StatusCode}");
        }

        (_news, AnsweredAt) = (null, Stopwatch.GetTimestamp());
    }
}
