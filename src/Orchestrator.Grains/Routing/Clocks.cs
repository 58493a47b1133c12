using Orchestrator.Domain.Leases;

namespace Orchestrator.Grains.Routing;

/// <summary>Both clocks of this machine, read for the arithmetic of leases.</summary>
public static class Clocks
{
    /// <summary>A reading of both clocks.</summary>
    public static ClockReading ReadClocks(this TimeProvider time) =>
        ClockReading.Of(time.GetTimestamp(), time.TimestampFrequency, time.GetUtcNow());

    /// <summary>Age of a reading at this moment.</summary>
    public static TimeSpan Age(this ClockReading reading, TimeProvider time) => reading.Age(time.ReadClocks());
}
