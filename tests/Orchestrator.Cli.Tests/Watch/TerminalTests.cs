using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Cli.Watch.Tree;
using Orchestrator.Silo.Settings;
using Orchestrator.Silo.Tests;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>The real command in a real terminal, against a real silo that is killed.</summary>
[Trait("Speed", "Slow")]
public sealed class TerminalTests : IAsyncLifetime
{
    private const string Plan = """
        plan: shop
        flag: shop
        metrics: { error_rate: { ratio: errors / requests } }
        triggers:
          - { name: errors, when: error_rate > 10%, for: 2m, action: rollback }
          - { name: page, when: alert(Page), action: notify }
        segments: { beta: { optedIn: true } }
        phases:
          - name: first
            steps: [ { name: beta-users, segments: [beta], hold: 1h } ]
          - name: all
            steps:
              - { name: few, percentage: 10%, hold: 1h }
              - { name: half, percentage: 50%, hold: 1h, review: { roles: [ engineering ] } }
              - { name: everyone, percentage: 100%, hold: 1h }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("watch-").FullName;
    private readonly Dictionary<string, string> _keys = new() { [ChosenKeys.AdminVariable] = SiloHost.AdminKey };
    private SiloProcess _silo = null!;
    private Uri _address = null!;
    private string _engineer = null!;
    private string _second = null!;

    public async ValueTask InitializeAsync()
    {
        _silo = await SiloProcess.StartIn(_keys, _folder);
        _address = _silo.Address;
        using var admin = _silo.As(SiloHost.AdminKey);
        await Sent(admin.PutAsync("/api/v1/plans/shop", new StringContent(Plan, System.Text.Encoding.UTF8, "application/yaml")));
        await Sent(admin.PostAsJsonAsync("/api/v1/rollouts", new { id = "r1", plan = "shop", environment = "production" }));
        (_engineer, _second) = (await Engineer(admin, "ada"), await Engineer(admin, "bob"));
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(80, 24, false)]
    [InlineData(80, 24, true)]
    [InlineData(200, 50, false)]
    [InlineData(200, 50, true)]
    public async Task Frames_are_whole_while_the_rollout_advances_rolls_back_and_the_silo_restarts(int width, int height, bool plain)
    {
        await using var terminal = await Tmux.Start(width, height, Variables(plain), "get", "r1", "--watch");
        await Shows(terminal, "the created rollout", frame => Heads(frame, "CREATED 0%"));

        await Verb("start");
        await Shows(terminal, "the start", frame => Heads(frame, "RUNNING 0%") && Has(frame, "beta-users"));
        await Samples();
        await Shows(terminal, "the distance of the trigger", frame => Has(frame, "50%") && Has(frame, "5% of 10%"));
        await Same(terminal, plain);

        await Advance();
        await Shows(terminal, "10%", frame => Heads(frame, "RUNNING 10%") && Has(frame, (plain ? "> " : "▶ ") + "few"));
        await Verb("pause", new { reason = "lunch" });
        await Shows(terminal, "the pause", frame => Heads(frame, "PAUSED 10%"));
        await Verb("resume");
        await Advance();
        await Shows(terminal, "50%", frame => Heads(frame, "RUNNING 50%"));
        await Same(terminal, plain);

        // kill -9: no goodbye.
        var port = _address.Port;
        await _silo.Kill();
        await Shows(terminal, "the loss", frame => Heads(frame, "STALE, ") && Has(frame, "NO SERVER"));
        await Shows(terminal, "a growing age", frame => Heads(frame, "STALE, 5s"));
        await _silo.DisposeAsync();
        _silo = await SiloProcess.StartIn(_keys, _folder, $"--urls=http://127.0.0.1:{port}");
        await Shows(terminal, "the return", frame => Heads(frame, "RUNNING 50%") && Heads(frame, "live, "));

        await Verb("rollback", new { reason = "payments fail" });
        await Shows(terminal, "the rollback", frame => Heads(frame, "ROLLED BACK 0%") && Has(frame, "payments fail") && Has(frame, "INCIDENT"));
        await Same(terminal, plain);

        await terminal.Resize(width == 80 ? 120 : 60, height - 4);
        await Shows(terminal, "the other size", frame => frame[0].TrimEnd().Length == terminal.Width);
        await Same(terminal, plain);
        Assert.False(await terminal.CursorShown());
        Assert.True(await terminal.Alternate());
        Assert.Equal(plain, !(await terminal.Coloured()).Contains("\e[", StringComparison.Ordinal));

        await Verb("abort", new { reason = "given up" });
        var end = await Eventually.Until("the end", terminal.Frame, frame => Has(frame, "exit "), frame => string.Join('\n', frame));
        Assert.True(Has(end, "exit 0"), string.Join('\n', end) + terminal.Stderr());
        Assert.Equal((true, false), (await terminal.CursorShown(), await terminal.Alternate()));
    }

    [Fact]
    public async Task Events_are_written_as_they_happen_until_an_interrupt()
    {
        await using var terminal = await Tmux.Start(200, 50, Variables(plain: false), "events", "r1", "--follow");
        await Eventually.Until("the past", terminal.Frame, frame => Has(frame, "RolloutCreated"), frame => string.Join('\n', frame));
        await Verb("start");
        await Eventually.Until("the start", terminal.Frame, frame => Has(frame, "RolloutStarted"), frame => string.Join('\n', frame));
        await terminal.Press("C-c");
        await Eventually.Until("the end", terminal.Frame, frame => Has(frame, "exit 130"), frame => string.Join('\n', frame) + terminal.Stderr());
    }

    [Fact]
    public async Task Interrupt_gives_the_terminal_back()
    {
        await using var terminal = await Tmux.Start(80, 24, Variables(plain: false), "get", "r1", "-w");
        await Shows(terminal, "the rollout", frame => Heads(frame, "CREATED"));
        await terminal.Press("C-c");
        var end = await Eventually.Until("the end", terminal.Frame, frame => Has(frame, "exit "), frame => string.Join('\n', frame));
        Assert.True(Has(end, "exit 130"), string.Join('\n', end));
        Assert.Equal((true, false), (await terminal.CursorShown(), await terminal.Alternate()));
        Assert.Equal("Interrupted.\n", terminal.Stderr());
    }

    [Fact]
    public async Task Keys_are_not_echoed_and_q_ends_the_watch()
    {
        await using var terminal = await Tmux.Start(80, 24, Variables(plain: false), "get", "r1", "-w");
        await Shows(terminal, "the rollout", frame => Heads(frame, "CREATED"));
        await terminal.Press("Enter");
        await terminal.Press("z");
        await Shows(terminal, "the next second", frame => Heads(frame, "live, "));
        await Same(terminal, plain: false);
        await terminal.Press("q");
        var end = await Eventually.Until("the end", terminal.Frame, frame => Has(frame, "exit "), frame => string.Join('\n', frame));
        Assert.True(Has(end, "exit 0"), string.Join('\n', end));
        Assert.Equal((true, false), (await terminal.CursorShown(), await terminal.Alternate()));
    }

    /// <summary>Waits for a frame. Every frame on the way there is whole.</summary>
    private static async Task Shows(Tmux terminal, string what, Func<string[], bool> condition)
    {
        var size = (terminal.Width, terminal.Height);
        await Eventually.Until(
            what, terminal.Frame,
            frame =>
            {
                // Before the first frame the terminal is empty; a resize is seen a moment later.
                if (frame.All(row => row.Length == 0) || (frame[0].Length != size.Width && what == "the other size"))
                {
                    return false;
                }

                FrameCheck.Holds(frame, size.Width);
                return condition(frame);
            },
            frame => string.Join('\n', frame) + terminal.Stderr());
    }

    /// <summary>The terminal shows what the tree of the server's answers is, row by row, and nothing else.</summary>
    private async Task Same(Tmux terminal, bool plain)
    {
        using var admin = _silo.As(SiloHost.AdminKey);
        await Eventually.Until(
            "the frame of the server's answers",
            async () =>
            {
                var shown = new RolloutShown(
                    await Get(admin, "/api/v1/rollouts/r1"), await Get(admin, "/api/v1/rollouts/r1/schedule"),
                    (await Get(admin, "/api/v1/node")).GetProperty("clock").GetProperty("now").GetDateTimeOffset(),
                    new Freshness(Connection.Live, TimeSpan.FromSeconds(1)), await Get(admin, "/api/v1/plans/shop/preview?revision=1"));
                var size = new TreeSize(terminal.Width, terminal.Height, Unicode: !plain);
                var expected = RolloutTree.Lines(shown, size).Select(line => line.Text);
                return (Expected: FrameCheck.Shape(expected), Seen: FrameCheck.Shape(await terminal.Frame()));
            },
            frames => frames.Expected.SequenceEqual(frames.Seen),
            frames => $"Expected:\n{string.Join('\n', frames.Expected)}\nSeen:\n{string.Join('\n', frames.Seen)}");
    }

    private Dictionary<string, string> Variables(bool plain) => new()
    {
        ["ROLLOUT_SERVER"] = _address.ToString(),
        ["ROLLOUT_API_KEY"] = SiloHost.AdminKey,
        ["ROLLOUT_CONFIG"] = Path.Combine(_folder, "no-config.json"),
        ["LC_ALL"] = plain ? "C" : "C.UTF-8",
        ["NO_COLOR"] = plain ? "1" : "",
    };

    private async Task Samples()
    {
        using var admin = _silo.As(SiloHost.AdminKey);
        await Sent(admin.PostAsJsonAsync(
            "/api/v1/rollouts/r1/metrics", new { samples = new[] { new { variant = "new", counters = new { requests = 1000, errors = 50 } } } }));
    }

    /// <summary>A key of an engineer, in use: one that is not counts as its maker.</summary>
    private async Task<string> Engineer(HttpClient admin, string name)
    {
        var key = (await Sent(admin.PostAsJsonAsync("/api/v1/keys", new { name, role = "engineering" }))).GetProperty("key").GetString()!;
        using var engineer = _silo.As(key);
        await Sent(engineer.PostAsJsonAsync($"/api/v1/environments/of-{name}/stop-the-line", new { reason = "the first day" }));
        return key;
    }

    /// <summary>The next step, past gates that are shut: a second person approves it.</summary>
    private async Task Advance()
    {
        using var engineer = _silo.As(_engineer);
        await Sent(engineer.PostAsJsonAsync("/api/v1/rollouts/r1/advance", new { @override = true, reason = "The test goes on." }));
        using var second = _silo.As(_second);
        var reviews = (await Get(second, "/api/v1/rollouts/r1")).GetProperty("reviews").EnumerateArray();
        var open = reviews.Single(review => review.GetProperty("state").GetString() == "open").GetProperty("id").GetString();
        await Sent(second.PostAsJsonAsync("/api/v1/rollouts/r1/approve", new { review = open, reason = "It may." }));
    }

    private async Task Verb(string verb, object? body = null)
    {
        using var admin = _silo.As(SiloHost.AdminKey);
        await Sent(admin.PostAsJsonAsync($"/api/v1/rollouts/r1/{verb}", body ?? new { }));
    }

    private static async Task<JsonElement> Sent(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private static Task<JsonElement> Get(HttpClient client, string path) =>
        client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    private static bool Heads(string[] frame, string text) => frame[0].Contains(text, StringComparison.Ordinal);

    private static bool Has(string[] frame, string text) => frame.Any(row => row.Contains(text, StringComparison.Ordinal));
}
