using System.Collections.Immutable;

namespace Orchestrator.Domain.Scenarios;

/// <summary>A number over the time of a scenario.</summary>
/// <param name="Base">The number before any change, in base units.</param>
public sealed record SignalLevel(double Base)
{
    /// <summary>Largest number: no sum of a simulation overflows.</summary>
    public const double Most = 1e12;

    /// <summary>Steps, ramps and gaps, each applied to the number before it.</summary>
    public ImmutableArray<LevelChange> Changes { get; init; } = [];

    /// <summary>Largest distance of noise, as a part of the number; 0 for none.</summary>
    public double Noise { get; init; }

    /// <summary>Periodic swing; null for none.</summary>
    public Season? Season { get; init; }

    /// <summary>The number at an instant; null in a gap.</summary>
    /// <param name="at">The instant. A change counts for instants after it.</param>
    /// <param name="midnight">Midnight of the first day, from which seasons count.</param>
    /// <param name="find">Time of an anchor; null while its step has not begun.</param>
    /// <param name="chance">Drawn for this instant, -1 to 1.</param>
    internal double? At(DateTimeOffset at, DateTimeOffset midnight, Func<Anchor, DateTimeOffset?> find, double chance)
    {
        var number = Base;
        foreach (var change in Changes)
        {
            if (find(change.At) is not { } from || at <= from)
            {
                continue;
            }

            if (change.Gap is { } gap)
            {
                if (at - from <= gap)
                {
                    return null;
                }

                continue;
            }

            var part = change.Over > TimeSpan.Zero ? Math.Min(1, (at - from) / change.Over) : 1;
            number += (change.To - number) * part;
        }

        if (Season is { } season)
        {
            number *= 1 + (season.Amplitude * Math.Cos(2 * Math.PI * ((at - midnight - season.Peak) / season.Every)));
        }

        return Math.Clamp(number * (1 + (Noise * chance)), 0, Most);
    }
}

/// <summary>A change of a number.</summary>
/// <param name="At">Its begin.</param>
/// <param name="To">The number after it.</param>
/// <param name="Over">Length of the ramp; zero for a step.</param>
/// <param name="Gap">Time in which the number is not measured; null for a change of the number.</param>
public sealed record LevelChange(Anchor At, double To, TimeSpan Over, TimeSpan? Gap);

/// <summary>A periodic swing.</summary>
/// <param name="Every">Its period.</param>
/// <param name="Amplitude">Largest distance, as a part of the number.</param>
/// <param name="Peak">Time of its maximum, from midnight of the first day.</param>
public sealed record Season(TimeSpan Every, double Amplitude, TimeSpan Peak);
