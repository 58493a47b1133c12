using System.Text.Json;

namespace Orchestrator.Benchmarks.Rollouts;

/// <summary>Times of due events, read from the log.</summary>
internal sealed class Timeline
{
    private readonly Dictionary<string, DateTimeOffset> _entered = [];

    /// <summary>Lateness of the end of each hold, in milliseconds.</summary>
    public List<double> Holds { get; } = [];

    /// <summary>Lateness of each checkpoint review.</summary>
    public List<double> Reviews { get; } = [];

    /// <summary>Number of events.</summary>
    public int Events { get; private set; }

    /// <summary>Reads server-sent events until this number of reviews has opened.</summary>
    public async Task Read(StreamReader log, int reviews, TimeSpan hold, TimeSpan every)
    {
        while (Reviews.Count < reviews && await log.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                Events++;
                using var json = JsonDocument.Parse(line.AsMemory(6));
                var e = json.RootElement;
                See(e.GetProperty("type").GetString()!, e.GetProperty("stream").GetString()!, e.GetProperty("at").GetDateTimeOffset(), hold, every);
            }
        }
    }

    private void See(string type, string stream, DateTimeOffset at, TimeSpan hold, TimeSpan every)
    {
        switch (type)
        {
            case "StepStarted":
                _entered[stream] = at;
                break;
            case "StepCompleted":
                Holds.Add((at - _entered[stream] - hold).TotalMilliseconds);
                break;
            case "ReviewOpened":
                Reviews.Add((at - _entered[stream] - every).TotalMilliseconds);
                break;
        }
    }
}
