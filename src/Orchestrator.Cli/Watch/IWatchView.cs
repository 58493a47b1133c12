using System.Text.Json;
using Orchestrator.Cli.Watch.Tree;

namespace Orchestrator.Cli.Watch;

/// <summary>Place that shows a watched rollout.</summary>
internal interface IWatchView : IDisposable
{
    /// <summary>Time between two drawings when nothing changes; null draws changes only.</summary>
    TimeSpan? Tick { get; }

    /// <summary>Shows the rollout. Called for each answer, each change of the connection, and each tick.</summary>
    void Show(RolloutShown shown);

    /// <summary>Called once with the last answer when the watch is over. The view gives the terminal back first.</summary>
    void End(RolloutShown? last);
}

/// <summary>A line for each change, for a pipe.</summary>
internal sealed class LineView(TextWriter output, TextWriter messages) : IWatchView
{
    private string? _last;
    private bool _lost;

    public TimeSpan? Tick => null;

    public void Show(RolloutShown shown)
    {
        var lost = shown.Freshness.Connection == Connection.Lost;
        if (lost != _lost)
        {
            _lost = lost;
            messages.WriteLine(lost ? $"No server answers; trying again. {Output.Plain.Line(shown.Freshness.Problem ?? "")}".TrimEnd() : "A server answers again.");
        }

        var (change, line) = ChangeLine.Of(shown.Rollout, shown.Now);
        if (change != _last)
        {
            _last = change;
            output.WriteLine(line);
            output.Flush();
        }
    }

    public void End(RolloutShown? last)
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>The whole answer at each new version, for <c>--output json</c> and its like.</summary>
internal sealed class DocumentView(Action<JsonElement> write) : IWatchView
{
    private string? _version;

    public TimeSpan? Tick => null;

    public void Show(RolloutShown shown)
    {
        var version = Output.Json.Text(shown.Rollout, "version");
        if (version != _version)
        {
            _version = version;
            write(shown.Rollout);
        }
    }

    public void End(RolloutShown? last)
    {
    }

    public void Dispose()
    {
    }
}
