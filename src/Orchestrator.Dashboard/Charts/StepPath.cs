using System.Text;

namespace Orchestrator.Dashboard.Charts;

/// <summary>Line of values that hold until the next one.</summary>
internal static class StepPath
{
    /// <summary>Steps beyond are left out, the oldest first.</summary>
    public const int Most = 500;

    /// <summary>The line up to the right edge, and the last value. A value that is unknown ends the line.</summary>
    public static (string Path, double? Last) Of(IReadOnlyList<Point> steps, TimeScale time, Func<double, double> y)
    {
        var (path, last) = (new StringBuilder(), (double?)null);
        foreach (var step in Shown(steps, time))
        {
            var x = Svg.N(time.At(step.At) * Trace.Width);
            if (last is not null)
            {
                path.Append('H').Append(x);
            }

            if (step.Value is not { } value || !double.IsFinite(value))
            {
                last = null;
                continue;
            }

            path.Append(last is null ? $"M{x} " : "V").Append(Svg.N(y(value)));
            last = value;
        }

        if (last is not null)
        {
            path.Append('H').Append(Svg.N(Trace.Width));
        }

        return (path.ToString(), last);
    }

    /// <summary>Steps inside, and the one that holds at the left edge.</summary>
    private static List<Point> Shown(IReadOnlyList<Point> steps, TimeScale time)
    {
        var inside = steps.Where(step => time.Has(step.At)).OrderBy(step => step.At).TakeLast(Most).ToList();
        if (steps.Where(step => step.At < time.From).MaxBy(step => step.At) is { } before)
        {
            inside.Insert(0, before);
        }

        return inside;
    }
}
