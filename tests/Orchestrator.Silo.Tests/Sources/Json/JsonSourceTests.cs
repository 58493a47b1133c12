using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Domain.History;
using Orchestrator.Domain.Metrics.Sources;
using Orchestrator.Domain.Plans.Sources;
using Orchestrator.Domain.Rollouts;
using Orchestrator.Domain.Rollouts.Rules;
using Orchestrator.Grains.Egress;
using Orchestrator.Grains.Metrics.Sources.Credentials;
using Orchestrator.Grains.Metrics.Sources.Http;
using Orchestrator.Grains.Metrics.Sources.Json;
using Orchestrator.PlanFiles;

namespace Orchestrator.Silo.Tests.Sources.Json;

/// <summary>
/// Numbers out of JSON over real HTTP, and the samples they become. Sampling 15 s; the clocks of the node and of the rollout are the
/// test's.
/// </summary>
public sealed class JsonSourceTests : IAsyncLifetime
{
    private const string Datadog = """
        url: 'SERVER/api/v1/query?from=$from&to=$to&query=$query'
        credentials: datadog
        every: 30s
        delay: 10s
        variants: { new: 'version:v2', legacy: 'version:v1' }
        series:
          requests: { count: '$.series[*].pointlist[?(@[0] >= $from_ms && @[0] < $to_ms)][1]', query: 'sum:http.requests{$selector}.as_count()' }
          errors:   { count: '$.series[*].pointlist[?(@[0] >= $from_ms && @[0] < $to_ms)][1]', query: 'sum:http.errors{$selector}.as_count()', empty: zero }
        """;

    private const string NewRelic = """
        url: 'SERVER/graphql'
        credentials: newrelic
        body: '{ "query": "query($$id: Int!, $$q: Nrql!) { actor { account(id: $$id) { nrql(query: $$q) { results } } } }", "variables": { "id": 1, "q": "$query" } }'
        every: 30s
        variants: { new: "version = 'v2' AND name = \"a\"", legacy: "version = 'v1'" }
        series:
          requests: { count: '$.data.actor.account.nrql.results[0].count', query: 'SELECT count(*) FROM Transaction WHERE $selector SINCE $from UNTIL $to', empty: zero }
          memory:   { gauge: "$.data.actor.account.nrql.results[0]['percentile.duration']['95']", query: 'SELECT percentile(duration, 95) FROM Transaction WHERE $selector SINCE 1 minute ago', unit: s }
        """;

    private const string Home = """
        url: 'SERVER/home?rollout=$rollout'
        series:
          requests: { counter: '$.$variant.requests', time: '$.at' }
          errors:   { counter: '$.$variant.errors', time: '$.at', empty: zero }
          memory:   { gauge: '$.$variant.memory', time: '$.at', unit: MB }
        """;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly SourceRounds _rounds = new(TimeSpan.FromSeconds(15), 1);
    private SourceHttp _http = null!;
    private Vendors _vendors = null!;
    private SignalSource _source = null!;
    private RolloutState _state = null!;
    private JsonKind _kind = null!;

    public async ValueTask InitializeAsync()
    {
        _vendors = await Vendors.Start();
        var host = new Uri(_vendors.Address).Authority;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orchestrator:Credentials:datadog:Hosts"] = host,
            ["Orchestrator:Credentials:datadog:Headers:DD-API-KEY"] = "dd-api-key-1",
            ["Orchestrator:Credentials:datadog:Headers:DD-APPLICATION-KEY"] = "dd-app-key-1",
            ["Orchestrator:Credentials:newrelic:Hosts"] = host,
            ["Orchestrator:Credentials:newrelic:Headers:API-Key"] = "NRAK-1",
        }).Build();
        Assert.Empty(CredentialSettings.Errors(configuration));
        _http = new SourceHttp(new EgressList([]), new CredentialSettings(configuration));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _vendors.DisposeAsync();
    }

    [Fact]
    public async Task Counts_of_datadog_are_asked_window_after_window_without_gap_or_overlap()
    {
        Use(Datadog);
        await Round();

        var samples = Samples(await Round(after: 31));

        Assert.Equal(60, Sum(samples, "new", "requests") + Sum(samples, "legacy", "requests"));
        Assert.Equal((3, 0), (Sum(samples, "new", "errors"), Sum(samples, "legacy", "errors")));
        var windows = _vendors.Asked.Where(asked => asked.Contains("requests%7Bversion%3Av2", StringComparison.Ordinal))
            .Select(asked => asked.Split('?', '&')[1..3]).ToList();
        Assert.Equal([["from=1799999940", "to=1799999970"], ["from=1799999970", "to=1800000000"]], windows);
    }

    [Fact]
    public async Task Window_without_an_answer_is_asked_again_and_nothing_of_it_is_lost()
    {
        Use("""
            url: 'SERVER/home?from=$from&to=$to'
            every: 15s
            series:
              requests: { count: '$.requests', variant: new }
            """);
        _vendors.Document = """{ "requests": 7 }""";
        await Round();
        _vendors.Next = 500;
        var lost = await Round(after: 15);
        _vendors.Document = """{ "requests": 21 }""";

        var samples = Samples(await Round(after: 15));

        Assert.Null(lost.Body);
        Assert.Equal("the server answers 500", Assert.Single(lost.Outcomes).Text);
        Assert.Equal("/home?from=1800000000&to=1800000030", _vendors.Asked.Last());
        Assert.Equal(21, Sum(samples, "new", "requests"));
    }

    [Fact]
    public async Task Nerdgraph_is_posted_its_query_with_quotes_as_json_writes_them()
    {
        Use(NewRelic);
        await Round();

        var samples = Samples(await Round(after: 30));

        Assert.Equal((42, 42), (Sum(samples, "new", "requests"), Sum(samples, "legacy", "requests")));
        Assert.Equal(0.125, Assert.Single(samples, sample => Text(sample, "variant") == "new" && sample.TryGetProperty("gauges", out _)).GetProperty("gauges")
            .GetProperty("memory").GetDouble());
        var variables = _vendors.Asked.Where(asked => asked.Contains("count(*)", StringComparison.Ordinal))
            .Select(asked => JsonDocument.Parse(asked["/graphql".Length..]).RootElement)
            .Select(body => (body.GetProperty("query").GetString()!, body.GetProperty("variables").GetProperty("q").GetString()!)).ToList();
        Assert.All(variables, asked => Assert.StartsWith("query($id: Int!, $q: Nrql!)", asked.Item1, StringComparison.Ordinal));
        Assert.Contains("SELECT count(*) FROM Transaction WHERE version = 'v2' AND name = \"a\" SINCE 1800000000 UNTIL 1800000030", variables.Select(asked => asked.Item2));
    }

    [Fact]
    public async Task Errors_that_a_vendor_sends_with_status_200_are_no_zero()
    {
        Use(NewRelic.Replace("credentials: newrelic", "credentials: datadog", StringComparison.Ordinal));
        await Round();

        var round = await Round(after: 30);

        Assert.Null(round.Body);
        Assert.All(round.Outcomes, outcome => Assert.StartsWith("the path $.data.actor.account.nrql.results[0]", outcome.Text, StringComparison.Ordinal));
        Assert.All(round.Outcomes, outcome => Assert.EndsWith("finds nothing in the answer", outcome.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Home_made_document_is_fetched_once_a_round_and_its_first_error_counts()
    {
        Use(Home);
        _vendors.Document = """{ "at": 1800000000, "new": { "requests": 1000, "memory": 42.5 }, "legacy": { "requests": 5000, "errors": 50, "memory": 40 } }""";
        await Round();
        _vendors.Document = """{ "at": "2027-01-15T08:00:15Z", "new": { "requests": 1100, "errors": 3, "memory": 43 }, "legacy": { "requests": 5100, "errors": 51, "memory": 41 } }""";

        var round = await Round(after: 15);
        var samples = Samples(round);

        Assert.All(round.Outcomes, outcome => Assert.Equal(QueryState.Ok, outcome.State));
        Assert.Equal((100, 3, 100, 1), (Sum(samples, "new", "requests"), Sum(samples, "new", "errors"), Sum(samples, "legacy", "requests"), Sum(samples, "legacy", "errors")));
        Assert.Equal(["/home?rollout=r1", "/home?rollout=r1"], _vendors.Asked);
        Assert.All(samples, sample => Assert.Equal("2027-01-15T08:00:15.000Z", Text(sample, "at")));
    }

    [Fact]
    public async Task Document_that_stands_still_is_no_evidence()
    {
        Use(Home);
        _vendors.Document = """{ "at": 1800000000000, "new": { "requests": 1, "errors": 0, "memory": 1 }, "legacy": { "requests": 1, "errors": 0, "memory": 1 } }""";
        await Round();

        var soon = await Round(after: 15);
        var later = await Round(after: 60);

        Assert.Null(soon.Body);
        Assert.All(soon.Outcomes, outcome => Assert.Equal(QueryState.Waiting, outcome.State));
        Assert.Null(later.Body);
        Assert.All(later.Outcomes, outcome => Assert.Equal((QueryState.Failing, "the newest value is 75 s old"), (outcome.State, outcome.Text)));
    }

    [Theory]
    [InlineData("{}", "the path $.x finds nothing in the answer")]
    [InlineData("""{ "x": null }""", "the path $.x finds null, not a number")]
    [InlineData("""{ "x": "12.5" }""", "the path $.x finds a text, not a number")]
    [InlineData("""{ "x": "NaN" }""", "the path $.x finds a text, not a number")]
    [InlineData("""{ "x": NaN }""", "the answer is not JSON of at most 32 levels")]
    [InlineData("""{ "x": true }""", "the path $.x finds true or false, not a number")]
    [InlineData("""{ "x": [1] }""", "the path $.x finds a list, not a number")]
    [InlineData("""{ "x": { "y": 1 } }""", "the path $.x finds an object, not a number")]
    [InlineData("""{ "x": 1e999 }""", "the ")]
    [InlineData("[]", "the path $.x finds nothing in the answer")]
    [InlineData("7", "the path $.x finds nothing in the answer")]
    [InlineData("", "the answer is not JSON of at most 32 levels")]
    public async Task Answer_without_the_number_is_a_sentence_and_no_sample(string document, string sentence)
    {
        Use("url: 'SERVER/home'\nseries: { memory: { gauge: $.x, variant: new } }");
        _vendors.Document = document;

        await Fails(sentence);
    }

    [Theory]
    [InlineData("""{ "a": [ { "v": 1 }, { "v": 2 } ] }""", "$.a[*].v", "the path $.a[*].v finds 2 values; it must find one")]
    [InlineData("""{ "a": "b" }""", "$.a[?(@.b > 1)].c", "the path $.a[?(@.b > 1)].c finds nothing in the answer")]
    public async Task Path_that_finds_no_single_number_is_a_sentence(string document, string path, string sentence)
    {
        Use($"url: 'SERVER/home'\nseries: {{ memory: {{ gauge: '{path}', variant: new }} }}");
        _vendors.Document = document;

        await Fails(sentence);
    }

    [Theory]
    [InlineData("""{ "x": 1 }""", "the path $.at of the time finds nothing")]
    [InlineData("""{ "x": 1, "at": "yesterday" }""", "the path $.at of the time finds a text that is no time")]
    [InlineData("""{ "x": 1, "at": -5 }""", "the path $.at of the time finds a number that is no time")]
    [InlineData("""{ "x": 1, "at": 1800000300 }""", "the value is 300 s ahead of this node's clock")]
    [InlineData("""{ "x": 1, "at": 1799999900 }""", "the newest value is 100 s old")]
    public async Task Value_without_a_usable_time_is_a_sentence(string document, string sentence)
    {
        Use("url: 'SERVER/home'\nseries: { memory: { gauge: $.x, time: $.at, variant: new } }");
        _vendors.Document = document;

        await Fails(sentence);
    }

    [Theory]
    [InlineData("html", "the answer is not JSON of at most 32 levels")]
    [InlineData("deep", "the answer is not JSON of at most 32 levels")]
    [InlineData("twice", "the answer is not JSON of at most 32 levels without duplicate keys")]
    [InlineData("lenient", "the answer is not JSON of at most 32 levels")]
    [InlineData("wide", "the answer has more than 100000 values")]
    [InlineData("huge", "the answer is larger than 1024 KiB")]
    [InlineData("dripping", "no answer within 0.3 s")]
    [InlineData("redirect", "the server answers 302, a redirect, which is not followed")]
    [InlineData("broken", "the server answers 503")]
    [InlineData("hanging-up", "no answer: ")]
    public async Task Hostile_answer_is_a_sentence_and_no_sample(string way, string sentence)
    {
        Use($"url: 'SERVER/bad/{way}'\ntimeout: {(way == "dripping" ? "300ms" : "30s")}\nseries: {{ memory: {{ gauge: $.x, variant: new }} }}");

        await Fails(sentence);
        Assert.Empty(_vendors.Asked);
    }

    [Fact]
    public async Task Wrong_key_is_a_sentence_without_the_key()
    {
        Use(Datadog.Replace("credentials: datadog", "credentials: newrelic", StringComparison.Ordinal));

        var round = await Round();

        Assert.All(round.Outcomes, outcome => Assert.Equal("the server answers 403: it rejects the credentials 'newrelic'", outcome.Text));
    }

    private async Task Fails(string sentence)
    {
        var round = await Round();

        Assert.Null(round.Body);
        var outcome = Assert.Single(round.Outcomes);
        Assert.Equal(QueryState.Failing, outcome.State);
        Assert.StartsWith(sentence, outcome.Text, StringComparison.Ordinal);
    }

    private void Use(string source)
    {
        var text = $$"""
            plan: search
            flag: newSearch
            metrics:
              error_rate: { ratio: errors / requests }
              memory: { gauge: memory }
            triggers: [ { name: errors, when: error_rate > 1%, action: rollback } ]
            phases:
              - name: public
                steps: [ { name: one, percentage: 10%, hold: 3d } ]
                success: [ error_rate < 0.5% over 48h ]
            sources:
              - name: j
                kind: json
            {{string.Join('\n', source.Replace("SERVER", _vendors.Address, StringComparison.Ordinal).Split('\n').Select(line => "    " + line))}}
            """;
        var reading = PlanText.Read(text);
        Assert.Empty(reading.Errors);
        _state = new Simulator(new RolloutCommand.Create("r1", reading.Plan!, 1, "production", "salt"), _time.GetUtcNow()).State;
        _source = _state.Plan.Sources.Single();
        _kind = new JsonKind(_source, _http, JsonTimes.Of(_source, TimeSpan.FromSeconds(15), 1), _time);
    }

    private async Task<SourceRound> Round(int after = 0)
    {
        _time.Advance(TimeSpan.FromSeconds(after));
        var ask = _kind.Begin(_state);
        return _rounds.Take(await Task.WhenAll(
            SourceQuery.Of(_source, RulesInForce.Scope(_state)).Select(query => ask(query, CancellationToken.None))), _time.GetUtcNow());
    }

    private static JsonElement[] Samples(SourceRound round) =>
        [.. JsonDocument.Parse(round.Body!).RootElement.GetProperty("samples").EnumerateArray()];

    private static long Sum(JsonElement[] samples, string variant, string counter) => samples
        .Where(sample => Text(sample, "variant") == variant && sample.TryGetProperty("counters", out var counters)
            && counters.TryGetProperty(counter, out _))
        .Sum(sample => sample.GetProperty("counters").GetProperty(counter).GetInt64());

    private static string Text(JsonElement sample, string key) => sample.GetProperty(key).GetString()!;
}
