using Microsoft.AspNetCore.Builder;
using Orchestrator.Samples.Chat;

namespace Orchestrator.Samples.Demo;

/// <summary>Orchestrator, chat server, users and people together; 0 when what the form promises really happened, else 1.</summary>
internal static class DemoRun
{
    public const string Rollout = "chat-demo";
    private const string Environment = "production";

    /// <summary>Where a plan's probes expect the chat server.</summary>
    private const string ChatAddress = "127.0.0.1:5090/";

    public static async Task<int> RunAsync(DemoOptions options, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512 }) { Timeout = TimeSpan.FromSeconds(30) };
        var users = User.Many(options.Users);
        var tally = new Tally(users.Length);
        var narrator = new Narrator(options.Speed, tally);
        SiloProcess? silo = null;
        var failed = true;
        Stage? stage = null;
        try
        {
            narrator.Say($"starting the orchestrator at {options.Speed:0} times real time");
            silo = await SiloProcess.StartAsync(options.Silo ?? Repository.Silo(), options.Speed, http, stop);
            var api = new OrchestratorApi(http, silo.Address, silo.AdminKey);
            var people = new People(api, Rollout, narrator);
            narrator.Say($"ready; its log is {silo.LogFile}");
            await SayHowToSignInAsync(silo, people, narrator, stop);
            var port = Repository.FreePorts(1)[0];
            await PrepareAsync(api, people, options, port, users, narrator, stop);

            await using var chat = await StartChatAsync(options, port, silo, await api.NewKeyAsync("chat-server", "ingest", stop), stop);
            stage = new Stage(options, http, api, people, narrator, tally, new Uri(chat.Urls.First()), users);
            try
            {
                await stage.PlayAsync(stop);
            }
            finally
            {
                // In order, while the orchestrator is still there: what stops by itself has nothing to complain about.
                await chat.StopAsync(CancellationToken.None);
            }

            failed = false;
            if (options.Stay)
            {
                narrator.Say($"the dashboard stays open at {silo.Address} until Ctrl+C, at most {options.HardStop.TotalMinutes:0.#} minutes in all");
                await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            narrator.Bad($"stopped after at most {options.HardStop.TotalMinutes:0.#} minutes, unfinished. {stage?.Where()}");
        }
        catch (Exception e) when (e is DemoFailedException or RefusedException or HttpRequestException or IOException)
        {
            narrator.Bad($"failed: {e.Message}");
        }
        finally
        {
            if (silo is not null)
            {
                silo.Keep = failed;
                await silo.DisposeAsync();
            }
        }

        if (failed && silo is not null)
        {
            narrator.Say($"the orchestrator's log is kept: {silo.LogFile}");
        }

        return failed ? 1 : 0;
    }

    /// <summary>A key of each role, so that a person can see what each role sees.</summary>
    private static async Task SayHowToSignInAsync(SiloProcess silo, People people, Narrator narrator, CancellationToken stop)
    {
        narrator.Good($"dashboard: {silo.Address}rollouts/{Rollout}");
        narrator.Say($"  key of an admin: {silo.AdminKey}");
        foreach (var role in (string[])["engineering", "devops", "product", "support", "viewer"])
        {
            narrator.Say($"  key of {role}: {await people.KeyAsync(role, stop)}");
        }
    }

    private static async Task PrepareAsync(
        OrchestratorApi api, People people, DemoOptions options, int port, User[] users, Narrator narrator, CancellationToken stop)
    {
        var yaml = await File.ReadAllTextAsync(options.Plan ?? Repository.Plan(options.AboutRollback ? "regions.yaml" : "chat-architecture.yaml"), stop);
        yaml = yaml.Replace(ChatAddress, $"127.0.0.1:{port}/", StringComparison.Ordinal);
        var plan =
            yaml.Split('\n').FirstOrDefault(l => l.StartsWith("plan:", StringComparison.Ordinal))?[5..].Split('#')[0].Trim(' ', '"', '\'', '\r')
            ?? throw new DemoFailedException("The plan names itself in no line \"plan: NAME\".");
        var devops = await people.KeyAsync("devops", stop);
        await api.PutPlanAsync(devops, plan, yaml, stop);
        narrator.Act($"devops publishes plan {plan}");
        await api.CreateRolloutAsync(await people.KeyAsync("engineering", stop), Rollout, plan, Environment, stop);
        if (options.AboutRollback)
        {
            return;
        }

        var optedIn = users.Where(u => u.OptedIn).Select(u => u.Id).ToArray();
        try
        {
            await api.AddMembersAsync(devops, Environment, "beta", optedIn, stop);
            narrator.Act($"{optedIn.Length} users opt in to beta");
        }
        catch (RefusedException e) when (e.Status is 404 or 409)
        {
            // Another plan may have no such segment; then no user opts in.
            narrator.Say($"no user opts in to beta: {e.Message}");
        }
    }

    private static async Task<WebApplication> StartChatAsync(
        DemoOptions options, int port, SiloProcess silo, string ingestKey, CancellationToken stop)
    {
        // Everything shares a few cores here: a question that waits for its turn must not pass for an orchestrator that is gone.
        var chat = ChatServer.Build(
        [
            $"--urls=http://127.0.0.1:{port}", $"--Chat:Orchestrator={silo.Address}", $"--Chat:EvaluationKey={silo.EvaluationKey}",
            $"--Chat:IngestKey={ingestKey}", $"--Chat:Rollout={Rollout}", $"--Chat:PushInterval={options.PushInterval:c}", "--Chat:RoutingTimeout=00:00:02",
            $"--Chat:Regions={(options.AboutRollback ? "eu,us,apac" : "")}", "--Logging:LogLevel:Default=Warning",
        ]);
        await chat.StartAsync(stop);
        return chat;
    }
}
