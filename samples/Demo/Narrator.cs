using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Samples.Demo;

/// <summary>Prints what happens, one plain line each; in colour only on a terminal.</summary>
internal sealed class Narrator(double speed, Tally tally)
{
    private readonly Lock _gate = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private (DateTimeOffset At, long Arrived)? _clock;
    private string _step = "";
    private long _answers;
    private long _asOf = Stopwatch.GetTimestamp();

    public void Say(string line) => Print(line, null);

    public void Act(string line) => Print($"  people   {line}", "36");

    public void Good(string line) => Print(line, "32");

    public void Bad(string line) => Print(line, "31");

    public void Event(Seen seen)
    {
        if (seen.At != default)
        {
            _clock = (seen.At, seen.Arrived);
        }

        var words = Words(seen.Data);
        Print($"  event    {seen.Type} {(words.Length > 220 ? words[..220] + "..." : words)}", seen.Type is "TriggerFired" or "RolledBack" ? "31" : "33");
    }

    /// <summary>A line of the state of things, at most once a second or when the step changes.</summary>
    public void StatusNowAndThen(RolloutView view)
    {
        var step = $"{view.Status} {view.Phase}/{view.Step}";
        foreach (var cohort in step != _step && view.Phase == "beta" ? view.Cohorts : [])
        {
            Say(cohort);
        }

        if (step != _step || Stopwatch.GetElapsedTime(_asOf) >= TimeSpan.FromSeconds(1))
        {
            _step = step;
            Status(view);
        }
    }

    /// <summary>The sentence of an automatic event, or the data of one that needs none.</summary>
    private static string Words(string data)
    {
        using var json = JsonDocument.Parse(data);
        var root = json.RootElement;
        return root.TryGetProperty("evidence", out var evidence) && evidence.ValueKind == JsonValueKind.Object
            && evidence.TryGetProperty("text", out var text)
            ? $"{Name(root)}{text.GetString()}"
            : data;

        static string Name(JsonElement root) =>
            root.TryGetProperty("trigger", out var name) || root.TryGetProperty("criterion", out name) ? $"[{name.GetString()}] " : "";
    }

    private void Status(RolloutView view)
    {
        var (seen, onNew) = tally.LastSecond();
        var now = Stopwatch.GetTimestamp();
        var perSecond = (tally.Answers - _answers) / Math.Max(0.001, Stopwatch.GetElapsedTime(_asOf, now).TotalSeconds);
        (_answers, _asOf) = (tally.Answers, now);
        var share = seen == 0 ? "no user seen" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * onNew / seen:0.0}% of {seen} users seen on new");
        var waiting = view.WaitingFor.Length == 0 ? "" : $"  waits for {string.Join(", ", view.WaitingFor)}";
        var triggers = string.Join(", ", view.Loud.Select(t => $"{t.Name} {t.State}"));
        Print(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{OrchestratorTime()}  {view.Status} {view.Phase}/{view.Step}  {view.Percentage:0.###}%  {share}  {perSecond:0} msg/s{waiting}")
            + (triggers.Length == 0 ? "" : $"  triggers: {triggers}"),
            null);
    }

    /// <summary>Orchestrator time, carried on from the last event by the speed of its clock.</summary>
    private string OrchestratorTime() => _clock is { } clock
        ? (clock.At + (Stopwatch.GetElapsedTime(clock.Arrived) * speed)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
        : "----------------";

    private void Print(string line, string? colour)
    {
        var stamped = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_started).TotalSeconds,6:0.0}s  {line}");
        lock (_gate)
        {
            Console.WriteLine(colour is null || Console.IsOutputRedirected ? stamped : $"\e[{colour}m{stamped}\e[0m");
        }
    }
}
