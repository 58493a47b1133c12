using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Silo.Tests.Show;

/// <summary>kill -9 of the real executable, under load, in real time.</summary>
public sealed class CrashTests
{
    private const string Key = SiloHost.AdminKey;
    private const int Writers = 4;
    private const int Users = 1000;

    private const string Plan = """
        plan: quarter
        title: A quarter of the users
        flag: useNewArchitecture
        metrics:
          error_rate: { ratio: errors / requests }
        triggers:
          - { when: alert(writer-0), action: notify }
          - { when: alert(writer-1), action: notify }
          - { when: alert(writer-2), action: notify }
          - { when: alert(writer-3), action: notify }
        phases:
          - name: gradual
            steps:
              - { name: quarter, percentage: 25%, hold: 1h }
              - { name: all, percentage: 100%, hold: 1h }
        """;

    [Fact]
    public async Task Kill_under_load_loses_no_acknowledged_event_and_moves_no_user()
    {
        var folder = Directory.CreateTempSubdirectory("silo-").FullName;
        string evaluation;
        JsonElement before;
        bool[] answers;
        var acknowledged = new ConcurrentBag<string>();
        await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            using var admin = silo.As(Key);
            await admin.PutAsync("/api/v1/plans/quarter", Answers.Text(Plan, "application/yaml")).Json(201);
            await admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "quarter", environment = "production" }).Json(201);
            before = await admin.PostAsJsonAsync("/api/v1/rollouts/r1/start", new { }).Json();
            evaluation = (await admin.PostAsJsonAsync("/api/v1/keys", new { name = "e", role = "evaluation", environment = "production" }).Json(201)).GetProperty("key")
                .GetString()!;
            answers = await Ask(silo, evaluation);

            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var writers = Enumerable.Range(0, Writers).Select(writer => Write(admin, writer, acknowledged, enough)).ToArray();
            await enough.Task.WaitAsync(SiloHost.Patience);
            await silo.Kill();
            await Task.WhenAll(writers);
        }

        await using (var silo = await SiloProcess.Start(folder, $"--ORCHESTRATOR_ADMIN_KEY={Key}"))
        {
            using var admin = silo.As(Key);
            var events = await Events(admin);
            var kept = events.Where(e => e.GetProperty("type").GetString() == "AlertRaised").Select(e => e.GetProperty("data").GetProperty("summary").GetString()!);
            Assert.Empty(acknowledged.Except(kept));
            Assert.DoesNotContain(events, e => e.GetProperty("type").GetString() == "StepCompleted");

            var after = await admin.GetAsync("/api/v1/rollouts/r1").Json();
            foreach (var name in (string[])["status", "phase", "step", "percentage", "salt", "since"])
            {
                Assert.Equal(before.GetProperty(name).ToString(), after.GetProperty(name).ToString());
            }

            var verified = await admin.GetAsync("/api/v1/rollouts/r1/verify").Json();
            Assert.Equal((true, events.Count), (verified.GetProperty("intact").GetBoolean(), verified.GetProperty("events").GetInt32()));
            Assert.Equal(answers, await Ask(silo, evaluation));
            Assert.InRange(answers.Count(onNew => onNew), Users * 20 / 100, Users * 30 / 100);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Alerts and samples in turn, until the process is gone; what was answered is noted.</summary>
    private static async Task Write(HttpClient admin, int writer, ConcurrentBag<string> acknowledged, TaskCompletionSource enough)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var alert = $"alert-{writer}-{i}";
                foreach (var status in (string[])["firing", "resolved"])
                {
                    var alerts = new
                    {
                        version = "4",
                        alerts = new[] { new { status, labels = new { alertname = $"writer-{writer}" }, annotations = new { summary = alert } } }
                    };
                    using var told = await admin.PostAsJsonAsync("/api/v1/rollouts/r1/alerts", alerts);
                    told.EnsureSuccessStatusCode();
                    acknowledged.Add(alert);
                }

                using var pushed = await admin.PostAsJsonAsync(
                    "/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 0 } } } });
                pushed.EnsureSuccessStatusCode();
                if (acknowledged.Count >= 100)
                {
                    enough.TrySetResult();
                }
            }
        }
        catch (HttpRequestException lost) when (lost.StatusCode is null)
        {
            // Killed, as meant.
        }
        catch (Exception other)
        {
            enough.TrySetException(other);
            throw;
        }
    }

    private static async Task<List<JsonElement>> Events(HttpClient admin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/rollouts/r1/events") { Headers = { { "Accept", "application/x-ndjson" } } };
        using var response = await admin.SendAsync(request);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<bool[]> Ask(SiloProcess silo, string key)
    {
        using var evaluation = silo.As(key);
        var answers = new bool[Users];
        await Parallel.ForEachAsync(Enumerable.Range(0, Users), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (user, stop) =>
        {
            var answer = await evaluation.PostAsJsonAsync(
                "/ofrep/v1/evaluate/flags/useNewArchitecture", new { context = new { targetingKey = $"user-{user}" } }, stop).Json();
            answers[user] = answer.GetProperty("value").GetBoolean();
        });
        return answers;
    }
}
