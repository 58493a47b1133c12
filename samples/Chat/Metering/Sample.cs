using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Samples.Chat.Metering;

/// <summary>A sample as the orchestrator's metrics endpoint reads it: milliseconds and bytes.</summary>
internal sealed record Sample(
    string Id, DateTimeOffset? At, string Variant, string Traffic, Dictionary<string, long> Counters, Dictionary<string, double>? Gauges,
    Dictionary<string, IReadOnlyList<double>>? Values, string? Segment = null)
{
    public static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static Sample Of(
        string id, DateTimeOffset? at, string variant, string traffic, PathMeter.Reading reading, Dictionary<string, double>? gauges,
        string? segment = null)
    {
        var times = reading.ResponseTimes.Values;
        return new Sample(id, at, variant, traffic, reading.Counters, gauges, times.Count == 0 ? null : new() { ["response_time"] = times }, segment);
    }
}
