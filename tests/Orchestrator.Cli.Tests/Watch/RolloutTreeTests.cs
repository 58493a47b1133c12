using System.Text.Json.Nodes;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>The tree of a rollout.</summary>
public sealed class RolloutTreeTests
{
    public static MatrixTheoryData<int, bool, bool> Rooms { get; } =
        new([40, 41, 59, 60, 69, 80, 100, 119, 120, 130, 200], [true, false], [true, false]);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void No_line_is_wider_than_the_terminal(int width, bool unicode, bool wide)
    {
        foreach (var shown in (RolloutShown[])[Shown.As(), RolledBack(), Lost(), Odd()])
        {
            var lines = RolloutTree.Lines(shown, new TreeSize(width, Unicode: unicode, Wide: wide));
            Assert.All(lines, line => Assert.True(line.Width <= width, $"{line.Width} columns: {line.Text}"));
            Assert.All(lines, line => Assert.DoesNotContain(line.Text, one => char.IsControl(one)));
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void Without_Unicode_every_character_is_ASCII(int width)
    {
        foreach (var shown in (RolloutShown[])[Shown.As(), RolledBack(), Lost(), Odd()])
        {
            Assert.All(Shown.Texts(shown, new TreeSize(width, Unicode: false)), line => Assert.True(System.Text.Ascii.IsValid(line), line));
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void Head_has_status_share_age_health_and_the_next_move(int width)
    {
        var lines = Shown.Texts(Shown.As(), new TreeSize(width));
        Assert.StartsWith("▶ RUNNING 25%", lines[0], StringComparison.Ordinal);
        Assert.Contains("live, 1s old", lines[0], StringComparison.Ordinal);
        var head = string.Join(' ', lines.TakeWhile(line => line.Length > 0).Select(line => line.Trim()));
        Assert.Contains("✓ FINE", head, StringComparison.Ordinal);
        Assert.Contains("memory-leak", head, StringComparison.Ordinal);
        Assert.Contains("… NEXT", head, StringComparison.Ordinal);
        Assert.Contains("review r2", head, StringComparison.Ordinal);
        Assert.Contains("in 2d19h", head, StringComparison.Ordinal);
    }

    [Fact]
    public void Gates_show_the_four_and_each_part_with_progress_and_sentence()
    {
        var lines = Shown.Texts(Shown.As(), new TreeSize(80));
        Assert.Contains("GATES  … hold  ? evidence  … review  ✓ window", lines);
        Assert.Contains(lines, line => line.Contains("hold", StringComparison.Ordinal) && line.Contains("█████░░░░░", StringComparison.Ordinal)
            && line.Contains("59%", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("errors_low", StringComparison.Ordinal) && line.Contains("31%", StringComparison.Ordinal));
        Assert.Contains("lacks 1 of product", string.Join(' ', lines.Select(line => line.Trim('│', ' '))), StringComparison.Ordinal);
    }

    [Fact]
    public void Trigger_near_its_threshold_is_said_in_the_head_and_comes_first()
    {
        var rollout = Shown.Rollout();
        rollout.Trigger("error-rate-spike")["reach"]!["fraction"] = 0.84;
        var lines = Shown.Texts(Shown.As(rollout), new TreeSize(80));
        Assert.Contains(lines, line => line.StartsWith("! NEAR", StringComparison.Ordinal) && line.Contains("84%", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("FINE", StringComparison.Ordinal));
        var title = Array.FindIndex(lines, line => line.StartsWith("TRIGGERS", StringComparison.Ordinal));
        Assert.Contains("error-rate-spike", lines[title + 1], StringComparison.Ordinal);
        Assert.Contains("0.155% of 0.5%", lines[title + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void Trigger_whose_for_runs_is_an_alarm_with_the_time_to_its_firing()
    {
        var rollout = Alarm();
        var lines = Shown.Texts(Shown.As(rollout), new TreeSize(80));
        Assert.Contains(lines, line => line.StartsWith("✕ ALARM", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("fires in 2m12s", StringComparison.Ordinal));
    }

    [Fact]
    public void Trigger_without_evidence_is_never_fine()
    {
        var rollout = Shown.Rollout();
        rollout.Trigger("memory-leak")["reach"]!["fraction"] = null;
        var lines = Shown.Texts(Shown.As(rollout), new TreeSize(80));
        Assert.Contains(lines, line => line.StartsWith("? BLIND", StringComparison.Ordinal) && line.Contains("memory-leak", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("FINE", StringComparison.Ordinal));

        rollout["triggers"] = new JsonArray();
        Assert.DoesNotContain(Shown.Texts(Shown.As(rollout), new TreeSize(80)), line => line.Contains("FINE", StringComparison.Ordinal));
    }

    [Fact]
    public void Old_answer_is_never_fine()
    {
        var lines = Shown.Texts(Lost(), new TreeSize(80));
        Assert.Contains("STALE, 16s old", lines[0], StringComparison.Ordinal);
        Assert.Contains("NO SERVER", lines[1], StringComparison.Ordinal);
        Assert.Contains("Next try in 3s.", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("FINE", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("? UNKNOWN", StringComparison.Ordinal));
    }

    [Fact]
    public void Rolled_back_shows_the_incident_with_each_step_of_the_procedure()
    {
        var lines = Shown.Texts(RolledBack(), new TreeSize(80));
        Assert.StartsWith("✕ ROLLED BACK 0%", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("INCIDENT  open, critical", StringComparison.Ordinal) && line.Contains("not acknowledged", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("✓ propagation passed after 12ms", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("✕ traffic failed", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("… health not checked yet", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void Steps_have_planned_and_actual_times_and_the_audience(int width)
    {
        var lines = Shown.Texts(Shown.As(), new TreeSize(width));
        Assert.Contains(lines, line => line.StartsWith("STEPS  1d2h behind plan", StringComparison.Ordinal) && line.Contains("PLANNED UTC", StringComparison.Ordinal));
        var step = Assert.Single(lines, line => line.Contains("▶ 3a-25", StringComparison.Ordinal));
        Assert.Contains("25%, beta", step, StringComparison.Ordinal);
        Assert.Contains("19 Nov 10:00", step, StringComparison.Ordinal);
        Assert.Contains("20 Nov 10:00", step, StringComparison.Ordinal);
        Assert.EndsWith("now", step, StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("beta-users", StringComparison.Ordinal) && line.EndsWith("overridden", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void Tree_that_does_not_fit_is_folded_then_cut_with_the_number_of_lines(int width)
    {
        var whole = RolloutTree.Lines(Shown.As(), new TreeSize(width)).Count;
        for (var height = 2; height <= whole + 1; height++)
        {
            var lines = Shown.Texts(Shown.As(), new TreeSize(width, height));
            Assert.InRange(lines.Length, 1, height);
            Assert.Contains("RUNNING", lines[0], StringComparison.Ordinal);
            if (lines[^1].StartsWith('…'))
            {
                Assert.Matches(@"^… \d+ more lines$", lines[^1]);
                Assert.Equal(height, lines.Length);
            }
        }

        Assert.Equal(whole, RolloutTree.Lines(Shown.As(), new TreeSize(width, whole)).Count);
    }

    [Fact]
    public void Window_of_24_rows_shows_head_gates_triggers_and_the_current_step_without_a_cut()
    {
        foreach (var shown in (RolloutShown[])[Shown.As(), Shown.As(Alarm())])
        {
            var lines = Shown.Texts(shown, new TreeSize(80, 24));
            Assert.DoesNotContain(lines, line => line.StartsWith('…') && line.EndsWith("more lines", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.StartsWith("GATES", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.StartsWith("TRIGGERS", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.Contains("▶ 3a-25", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Colour_adds_no_word_and_its_absence_takes_none()
    {
        foreach (var line in RolloutTree.Lines(RolledBack(), new TreeSize(80)))
        {
            Assert.Equal(line.Text.TrimEnd(), line.Ansi(colour: false));
            Assert.Equal(line.Text, System.Text.RegularExpressions.Regex.Replace(line.Ansi(colour: true), "\e\\[[0-9;]*m", ""));
        }
    }

    private static JsonObject Alarm()
    {
        var rollout = Shown.Rollout();
        var trigger = rollout.Trigger("latency-collapse");
        trigger["state"] = "breached";
        trigger["reach"]!["fraction"] = 1;
        trigger["reach"]!["observedText"] = "640ms";
        trigger["reach"]!["pending"] = new JsonObject { ["since"] = "2026-11-24T14:00:12Z", ["for"] = "5m", ["held"] = "2m48s", ["firesAt"] = "2026-11-24T14:05:12Z" };
        trigger["reach"]!["text"] = "Fires in 2m12s unless it clears, and then rolls back everyone: p99_response_time is 640ms, the limit 500ms, for 2m48s of 5m.";
        return rollout;
    }

    private static RolloutShown RolledBack()
    {
        var rollout = Shown.Rollout();
        (rollout["status"], rollout["percentage"], rollout["audience"]) = ("rolledBack", 0, "0% of users");
        rollout["summary"] = "Rolled back, everyone is on legacy: Trigger error-rate-spike: error_rate is 0.69% of 4,000 requests, above 0.5% for 5m.";
        rollout["next"] = new JsonObject { ["text"] = "Stays on legacy until a person restores or aborts it." };
        rollout["gates"] = new JsonArray();
        rollout["incident"] = Shown.Incident();
        return Shown.As(rollout);
    }

    private static RolloutShown Lost() => Shown.As(freshness: new Freshness(
        Connection.Lost, TimeSpan.FromSeconds(16), "No server answered: http://127.0.0.1:5080/: Connection refused.", TimeSpan.FromSeconds(2.4)));

    /// <summary>Texts from elsewhere that are long, wide, or would steer a terminal.</summary>
    private static RolloutShown Odd()
    {
        var rollout = Shown.Rollout();
        rollout["id"] = "a-name-of-a-rollout-as-long-as-the-server-allows-it-to-be-63-xxx";
        rollout["summary"] = "新しいチャット\e[2J\r\n\u202Eévil " + new string('x', 300) + " 終";
        rollout["warnings"] = new JsonArray("e\u0301clair \U0001F680 \t tab");
        rollout["gates"]![1]!["text"] = "長い文" + string.Concat(Enumerable.Repeat("測定された値", 40));
        rollout.Trigger("memory-leak")["name"] = "メモリ-" + new string('m', 60);
        rollout["segments"]![0]!["key"] = "セグメント\u0007" + new string('s', 80);
        return Shown.As(rollout);
    }
}
