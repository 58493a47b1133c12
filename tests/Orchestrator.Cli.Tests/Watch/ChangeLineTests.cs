using Orchestrator.Cli.Watch;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Tests.Watch;

/// <summary>A watch in a pipe.</summary>
public sealed class ChangeLineTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _messages = new();

    [Fact]
    public void Pipe_gets_a_line_for_each_change_and_nothing_else()
    {
        using var view = new LineView(_output, _messages);
        var rollout = Shown.Rollout();
        view.Show(Shown.As(rollout));
        rollout["version"] = 42;
        rollout.Trigger("memory-leak")["reach"]!["fraction"] = 0.9;
        view.Show(Shown.As(rollout));
        (rollout["step"], rollout["percentage"]) = ("3b", 50);
        view.Show(Shown.As(rollout));
        (rollout["status"], rollout["percentage"], rollout["incident"]) = ("rolledBack", 0, Shown.Incident());
        view.Show(Shown.As(rollout));
        view.End(Shown.As(rollout));
        Assert.Equal(
            """
            2026-11-24T14:03:00Z  chat  running  gradual/3a-25  25%
            2026-11-24T14:03:00Z  chat  running  gradual/3b  50%
            2026-11-24T14:03:00Z  chat  rolledBack  gradual/3b  0%  incident i1 open: Trigger error-rate-spike: error_rate is 0.69% of 4,000 requests, above 0.5% for 5m.

            """,
            _output.ToString().ReplaceLineEndings("\n"));
        Assert.Equal("", _messages.ToString());
    }

    [Fact]
    public void Loss_and_return_of_the_server_are_messages_not_results()
    {
        using var view = new LineView(_output, _messages);
        view.Show(Shown.As());
        var lines = _output.ToString();
        view.Show(Shown.As(freshness: new Freshness(Connection.Lost, TimeSpan.FromSeconds(4), "Connection\nrefused.")));
        view.Show(Shown.As(freshness: new Freshness(Connection.Lost, TimeSpan.FromSeconds(9), "Connection\nrefused.")));
        view.Show(Shown.As());
        Assert.Equal(lines, _output.ToString());
        Assert.Equal("No server answers; trying again. Connection refused.\nA server answers again.\n", _messages.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Line_has_no_control_characters_of_a_reason()
    {
        var rollout = Shown.Rollout();
        var incident = Shown.Incident();
        incident["reason"] = "one\ntwo\e[2J";
        rollout["incident"] = incident;
        Assert.DoesNotContain(ChangeLine.Of(Shown.As(rollout).Rollout, Shown.Now).Line, one => char.IsControl(one));
    }
}
