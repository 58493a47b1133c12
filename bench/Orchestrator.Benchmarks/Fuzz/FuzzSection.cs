using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Benchmarks.Servers;

namespace Orchestrator.Benchmarks.Fuzz;

/// <summary>Whole requests of any shape against a silo: each gets a response, and none a server error.</summary>
internal static class FuzzSection
{
    private const int Rounds = 24;
    private const int EachRound = 1000;
    private const int Workers = 8;
    private const int MostShown = 5;
    private const int MostOfRequest = 1500;
    private static readonly int[] UsualSeeds = [20_260_302, 1, 2];
    private static readonly string[] Roles = ["viewer", "support", "product", "engineering", "devops", "admin", "evaluation", "ingest", "browser"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="seeds">Given on the command line; none for the usual three.</param>
    public static async Task<Section> RunAsync(IReadOnlyList<int> seeds)
    {
        List<Row> rows = [];
        foreach (var seed in seeds.Count > 0 ? seeds : UsualSeeds)
        {
            rows.AddRange(await Run(seed));
        }

        return Section.Of(
            "Fuzzed requests",
            $"{Rounds * EachRound} requests for each seed, {Workers} at a time, against one silo over raw sockets: every route of its OpenAPI document, OFREP, health and metrics; with edited methods, paths, queries, headers, keys of every "
                + "role, bodies and framings. Each round of a thousand has a rollout that runs. `bench/run.sh fuzz SEED` repeats one; a failure is printed with its request.",
            [.. rows]);
    }

    private static async Task<Row[]> Run(int seed)
    {
        using var folder = new Folder();
        var (silo, _) = await BenchSilo.Start(folder.Path);
        await using var started = silo;
        var (answers, failures, unanswered) = (new ConcurrentDictionary<int, int>(), new ConcurrentQueue<string>(), 0);
        var requests = new FuzzRequests(seed, await Routes(silo));
        for (var n = 0; n < (Repetition.Short ? 2 : Rounds); n++)
        {
            var round = await Begin(silo, n);
            await Parallel.ForAsync(
                n * EachRound, (n + 1) * EachRound, new ParallelOptions { MaxDegreeOfParallelism = Workers }, async (index, _) =>
            {
                var (bytes, whole) = requests.Of(index, round);
                using var patience = new CancellationTokenSource(Patience);
                var (status, answer) = (-1, "no answer in time");
                try
                {
                    (status, answer) = await RawHttp.Ask(
                        silo.Server.Address, new IPAddress([127, 0, (byte)(index >> 8), (byte)(index | 1)]), bytes, whole, patience.Token);
                }
                catch (OperationCanceledException)
                {
                    // Shown below.
                }

                answers.AddOrUpdate(status, 1, static (_, count) => count + 1);
                if (IsError(status) || status < 0 || (status == 0 && whole))
                {
                    Interlocked.Add(ref unanswered, IsError(status) ? 0 : 1);
                    failures.Enqueue($"seed {seed}, request {index}: {status} {answer}\n{Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, MostOfRequest))}");
                }
            });
        }

        foreach (var failure in failures.Take(MostShown))
        {
            Console.WriteLine(failure);
        }

        using var admin = silo.As(BenchSilo.AdminKey);
        var ready = (await admin.GetAsync(new Uri("health/ready", UriKind.Relative))).StatusCode;
        var intact = (await admin.GetFromJsonAsync<JsonElement>(new Uri("api/v1/verify", UriKind.Relative))).GetProperty("intact").GetBoolean();
        var errors = answers.Where(one => IsError(one.Key)).Sum(one => one.Value);
        return
        [
            new Row($"seed {seed}: server errors (5xx but 505)", $"{errors} of {answers.Values.Sum()}", "none", errors == 0),
            new Row($"seed {seed}: requests that were whole and had no answer", unanswered.ToString(CultureInfo.InvariantCulture), "none", unanswered == 0),
            new Row($"seed {seed}: answers by status (0: closed, where the body was cut)", string.Join(", ", answers.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"))),
            new Row($"seed {seed}: afterwards", $"ready {(int)ready}, log {(intact ? "intact" : "broken")}, {silo.Server.ResidentMegabytes.Now.ToString("0", CultureInfo.InvariantCulture)} MB resident", "ready and intact", ready == HttpStatusCode.OK && intact),
        ];
    }

    /// <summary>505 is HTTP's status for an unknown version; some requests name one.</summary>
    private static bool IsError(int status) => status >= 500 && status != 505;

    /// <summary>Creates data for every route, under names that no earlier round has used.</summary>
    private static async Task<FuzzRound> Begin(BenchSilo silo, int n)
    {
        var (plan, environment, flag, rollout) = ($"chat-{n}", $"env-{n}", $"chat{n}", $"r-{n}");
        await silo.PutPlan(
            plan, FuzzCorpus.Plan.Replace("plan: chat", "plan: " + plan, StringComparison.Ordinal).Replace("newChat", flag, StringComparison.Ordinal));
        await silo.Create(rollout, plan, environment);
        await silo.Do(rollout, "start");
        var keys = new Dictionary<string, string>();
        foreach (var role in Roles)
        {
            keys[role] = (await silo.NewKey(role, role is "evaluation" or "browser" ? environment : null)).Text;
        }

        return new FuzzRound(rollout, plan, environment, flag, BenchSilo.AdminKey, keys["evaluation"], [.. keys.Values]);
    }

    private static async Task<IReadOnlyList<(string Method, string Path)>> Routes(BenchSilo silo)
    {
        using var http = silo.As(null);
        var document = await http.GetFromJsonAsync<JsonElement>(new Uri("openapi/v1.json", UriKind.Relative));
        return
        [
            .. document.GetProperty("paths").EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(one => (one.Name.ToUpperInvariant(), path.Name))),
            ("POST", "/ofrep/v1/evaluate/flags/{key}"), ("POST", "/ofrep/v1/evaluate/flags"), ("GET", "/ofrep/v1/stream"), ("GET", "/health/live"), ("GET", "/health/ready"), ("GET", "/metrics"),
            ("GET", "/openapi/v1.json"), ("GET", "/"), ("GET", "/api/v1/{id}"),
        ];
    }
}
