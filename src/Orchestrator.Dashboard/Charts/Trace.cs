using System.Text;

namespace Orchestrator.Dashboard.Charts;

/// <summary>
/// A line as drawn. A point without a value ends it, and so does a pause longer than the samples' distance; the next value begins a new
/// subpath. Beyond some hundred points a column keeps its first, lowest, highest and last value, so a spike stays.
/// </summary>
/// <param name="Path">Value of the attribute <c>d</c>.</param>
/// <param name="Dots">Points that stand alone: a line of one point is invisible.</param>
internal sealed record Trace(string Path, IReadOnlyList<(double X, double Y)> Dots)
{
    /// <summary>Width of the drawing in its own units; it stretches to the screen.</summary>
    public const double Width = 1000;

    /// <summary>Columns of the drawing. Each has at most four points and one gap: that bounds the path.</summary>
    public const int Columns = 240;

    public static Trace Of(IReadOnlyList<Point> points, TimeScale time, Func<double, double> y, TimeSpan? every)
    {
        var (path, dots, run) = (new StringBuilder(), new List<(double X, double Y)>(), new Run());
        var column = new Column(-1);
        DateTimeOffset? last = null;
        foreach (var point in points.Where(point => time.Has(point.At)).OrderBy(point => point.At))
        {
            var place = time.At(point.At);
            var index = Math.Min((int)(place * Columns), Columns - 1);
            if (index != column.Index)
            {
                Close();
                column = new Column(index);
            }

            if (point.Value is not { } value || !double.IsFinite(value))
            {
                column.Break();
                last = null;
                continue;
            }

            if (last is { } before && every is { } distance && point.At - before > Patience(distance))
            {
                // The pause began before this column, unless the column has values already.
                column.Break();
            }

            column.Add(place * Width, y(value));
            last = point.At;
        }

        Close();
        run.End(path, dots);
        return new Trace(path.ToString(), dots);

        void Close()
        {
            if (column.BreaksBefore)
            {
                run.End(path, dots);
            }

            foreach (var (x, level) in column.Points())
            {
                run.Add(x, level);
            }

            if (column.BreaksAfter)
            {
                run.End(path, dots);
            }
        }
    }

    /// <summary>Pause after which a line ends: two samples and a half.</summary>
    public static TimeSpan Patience(TimeSpan every) => every > TimeSpan.FromDays(1_000) ? TimeSpan.MaxValue : every * 2.5;

    /// <summary>Points that are joined.</summary>
    private sealed class Run
    {
        private readonly List<(double X, double Y)> _points = [];

        public void Add(double x, double y) => _points.Add((x, y));

        public void End(StringBuilder path, List<(double X, double Y)> dots)
        {
            if (_points.Count == 1)
            {
                dots.Add(_points[0]);
            }
            else
            {
                for (var i = 0; i < _points.Count; i++)
                {
                    path.Append(i == 0 ? 'M' : 'L').Append(Svg.N(_points[i].X)).Append(' ').Append(Svg.N(_points[i].Y));
                }
            }

            _points.Clear();
        }
    }

    /// <summary>Values of one column: first, lowest, highest and last, in the order of time.</summary>
    private sealed class Column(int index)
    {
        private (double X, double Y)? _first, _low, _high, _last;

        public int Index => index;

        /// <summary>True when the line ends before the first value of the column.</summary>
        public bool BreaksBefore { get; private set; }

        /// <summary>True when the line ends with the column: a gap lies within it.</summary>
        public bool BreaksAfter { get; private set; }

        public void Break()
        {
            BreaksBefore |= _first is null;
            BreaksAfter |= _first is not null;
        }

        public void Add(double x, double y)
        {
            var point = (x, y);
            _first ??= point;
            _low = _low is { } low && low.Y <= y ? _low : point;
            _high = _high is { } high && high.Y >= y ? _high : point;
            _last = point;
        }

        public IEnumerable<(double X, double Y)> Points() =>
            new[] { _first, _low, _high, _last }.OfType<(double X, double Y)>().Distinct().OrderBy(point => point.X);
    }
}
