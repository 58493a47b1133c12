using System.Collections.Concurrent;
using Newtonsoft.Json.Linq;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Grains.Metrics.Sources.Json;

/// <summary>
/// Requests JSON and finds numbers in it by path. Equal requests of a round are sent once. Counts are requested window after window without
/// gap or overlap and added up, so that they read as a cumulative counter; a window without an answer stays open and is requested again.
/// </summary>
internal sealed class JsonKind(SignalSource source, SourceHttp http, JsonTimes times, TimeProvider real) : ISourceKind
{
    /// <summary>Most time by which a value may be ahead of this node's clock.</summary>
    private const long MostAhead = 60_000;

    /// <summary>Counts by query: at most as many as the plan has queries.</summary>
    private readonly ConcurrentDictionary<string, Counted> _counts = new();

    public Func<SourceQuery, CancellationToken, Task<Scrape>> Begin(RolloutState state)
    {
        var scope = RulesInForce.Scope(state);
        var now = real.GetUtcNow().ToUnixTimeMilliseconds();
        var asked = new ConcurrentDictionary<(string Url, string? Body), Lazy<Task<(JToken? Root, string? Error)>>>();
        return (query, stop) => query.Series.Shape == SourceShape.Count ? Count(query, stop) : Level(query, stop);

        async Task<Scrape> Level(SourceQuery query, CancellationToken stop)
        {
            var question = JsonQuestion.Of(source, query.Series, query.Audience, scope, times.Recent(now));
            var (root, error) = await Ask(question, stop);
            if (root is null)
            {
                return Scrape.Failed(query, error!);
            }

            var number = JsonNumber.Of(root, question.Path, parts: false);
            var (at, late) = question.TimePath is { } path && number.Value is not null ? JsonNumber.Time(root, path) : (now, null);
            return (number.Error ?? late) is { } fault ? Scrape.Failed(query, fault)
                : at > now + MostAhead ? Scrape.Failed(query, $"the value is {(at - now) / 1000} s ahead of this node's clock")
                : Found(query, question, number.Value, Math.Min(at!.Value, now));
        }

        async Task<Scrape> Count(SourceQuery query, CancellationToken stop)
        {
            var end = times.End(now);
            // Stored before the first answer: a requested window stays open until it is answered.
            var before = _counts.GetOrAdd(query.Text, new Counted(end - times.Step, 0));
            if (end <= before.To)
            {
                // The window since the last request is not complete yet: the same reading again, which counts once.
                return Found(query, JsonQuestion.Of(source, query.Series, query.Audience, scope, null), before.Sum, before.To);
            }

            var question =
                JsonQuestion.Of(source, query.Series, query.Audience, scope, new SourceWindow(Math.Max(before.To, times.Oldest(end)), end));
            var (root, error) = await Ask(question, stop);
            if (root is null)
            {
                return Scrape.Failed(query, error!);
            }

            var number = JsonNumber.Of(root, question.Path, parts: true);
            if ((number.Error ?? (number.Value < 0 ? "a count is negative" : null)) is { } fault)
            {
                return Scrape.Failed(query, fault);
            }

            if (number.Value is null && !(query.Series.EmptyIsZero && JsonPaths.FindsBeginning(root, question.Path)))
            {
                return Scrape.Failed(query, Nothing(question));
            }

            var counted = _counts[query.Text] = new Counted(end, before.Sum + (number.Value ?? 0));
            return Found(query, question, counted.Sum, end);
        }

        Task<(JToken? Root, string? Error)> Ask(JsonQuestion question, CancellationToken stop) =>
            asked.GetOrAdd((question.Url, question.Body),
                key => new Lazy<Task<(JToken? Root, string? Error)>>(() => Fetch(key.Url, key.Body, stop))).Value;

        Scrape Found(SourceQuery query, JsonQuestion question, double? value, long at) => value is { } number
            ? new Scrape(query, now, [new ScrapedPoint(new VectorPoint("", Target(query), null, number), at)], null)
            : query.Series.EmptyIsZero ? new Scrape(query, now, [], null)
            : Scrape.Failed(query, Nothing(question));
    }

    /// <summary>The document: a counter that appears for the first time has counted from 0, as with a process.</summary>
    private static string Target(SourceQuery query) => "json\n" + query.Text[..query.Text.LastIndexOf('\n')].TrimEnd('\n');

    private static string Nothing(JsonQuestion question) => $"the path {question.Path} finds nothing in the answer";

    private async Task<(JToken? Root, string? Error)> Fetch(string url, string? body, CancellationToken stop)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
        {
            return (null, "the address is not valid once its variables are filled in");
        }

        var answer = await http.Send(address, body, source.Credentials, source.Timeout ?? SourceKinds.UsualTimeout, stop);
        return answer.Error is { } error ? (null, error)
            : answer.Status is >= 200 and < 300 ? JsonPaths.Read(answer.Body)
            : (null, $"the server answers {answer.Status}");
    }

    /// <summary>End of the last counted window, and the sum.</summary>
    private readonly record struct Counted(long To, double Sum);
}
