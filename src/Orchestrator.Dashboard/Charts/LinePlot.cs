using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Charts;

/// <summary>Geometry and words of a <see cref="LineChart"/>: a pure function of the values. The component only writes it down.</summary>
internal sealed class LinePlot
{
    /// <summary>Lines, gaps and rows beyond are left out and counted.</summary>
    public const int MostSeries = 6, MostGaps = 60, MostRows = 120, MostPoints = 20_000;

    private const double Bottom = 22, TopAlone = 8;

    private readonly Chart _chart;
    private readonly Viewer _viewer;

    public LinePlot(Chart chart, Viewer viewer, int height)
    {
        (_chart, _viewer) = (chart, viewer);
        Time = new TimeScale(chart.From, chart.To, viewer);
        Marks = MarkPlaces.Of(chart.Marks, Time);
        Top = Marks.Height + TopAlone;
        Height = Math.Clamp(height, 80, 600) + Marks.Height;
        Series = [.. chart.Series.Take(MostSeries).Select(one => one with { Points = [.. one.Points.TakeLast(MostPoints)] })];
        double?[] lines = [chart.Limit?.Value, chart.Baseline?.Value, chart.Target?.From, chart.Target?.To];
        var values = Series.SelectMany(one => one.Points).Where(point => Time.Has(point.At)).Select(point => point.Value);
        Values = Scale.Of(values.Concat(lines).OfType<double>(), chart.FromZero);
        Traces = [.. Series.Select(one => Trace.Of(one.Points, Time, Y, chart.Every))];
        Last = [.. Series.Select(one => one.Points.Where(Measured).MaxBy(point => point.At))];
        Gaps = FindGaps();
        Late = FindLate();
        Rows = MakeRows(out var all);
        AllRows = all;
    }

    public TimeScale Time { get; }

    public Scale Values { get; }

    public MarkPlaces Marks { get; }

    public double Height { get; }

    public double Top { get; }

    public double Floor => Height - Bottom;

    public IReadOnlyList<Series> Series { get; }

    public IReadOnlyList<Trace> Traces { get; }

    /// <summary>Last measured point of each line; null without one.</summary>
    public IReadOnlyList<Point?> Last { get; }

    /// <summary>Times without samples, inside the chart.</summary>
    public IReadOnlyList<Gap> Gaps { get; }

    /// <summary>Time of the last sample when the next one is late; null otherwise.</summary>
    public DateTimeOffset? Late { get; }

    public IReadOnlyList<PlotRow> Rows { get; }

    public int AllRows { get; }

    public bool IsEmpty => Last.All(point => point is null);

    public bool CountsSamples => Series.Any(one => one.Points.Any(point => point.Samples is not null));

    /// <summary>Pixel of a value, from above.</summary>
    public double Y(double value) => Floor - (Values.At(value) * (Floor - Top));

    /// <summary>Texts at the right edge, beside the ends of the lines, at least 15 pixels apart.</summary>
    public IReadOnlyList<(double Y, string Text, SeriesKind Kind)> Ends()
    {
        var ends = Series.Zip(Last).Where(pair => pair.Second is { } point && Time.Has(point.At))
            .Select(pair => (Y: Y(pair.Second!.Value!.Value), Text: Numbers.Value(pair.Second.Value, _chart.Unit), pair.First.Kind))
            .OrderBy(end => end.Y).ToList();
        for (var i = 1; i < ends.Count; i++)
        {
            ends[i] = ends[i] with { Y = Math.Max(ends[i].Y, ends[i - 1].Y + 15) };
        }

        // Pushed out below, they move up together.
        for (var i = ends.Count - 1; i >= 0; i--)
        {
            ends[i] = ends[i] with { Y = Math.Min(ends[i].Y, Floor - (15 * (ends.Count - 1 - i))) };
        }

        return ends;
    }

    /// <summary>The chart in words: its description for people who do not see it.</summary>
    public string Description()
    {
        var now = string.Join(", ", Series.Zip(Last).Select(pair => $"{pair.First.Name} {Numbers.Value(pair.Second?.Value, _chart.Unit)}"));
        var sentences = new List<string> { _chart.Sentence ?? (IsEmpty ? Nothing() : $"Last values: {now}.") };
        string?[] texts = [_chart.Limit?.Text, _chart.Target?.Text, _chart.Baseline?.Text];
        sentences.AddRange(texts.OfType<string>().Where(text => text.Length > 0).Select(Sentence));
        sentences.AddRange(Notes());
        sentences.Add("The numbers are in the table below.");
        return string.Join(' ', sentences);
    }

    /// <summary>Sentences about what is missing.</summary>
    public IReadOnlyList<string> Notes()
    {
        var notes = new List<string>();
        if (!IsEmpty && Gaps.Count > 0)
        {
            var named = string.Join(", ", Gaps.Take(3).Select(GapText));
            notes.Add($"No samples {named}{(Gaps.Count > 3 ? $" and in {Numbers.Plural(Gaps.Count - 3, "more gap")}" : "")}.");
        }

        if (Late is { } last)
        {
            notes.Add($"No samples for {Durations.Text(_chart.To - last)}; one is expected every {Durations.Text(_chart.Every!.Value)}.");
        }

        return notes;
    }

    /// <summary>Sentence of a chart without any value.</summary>
    public string Nothing() => $"No samples from {Moment(_chart.From)} to {Moment(_chart.To)}.";

    /// <summary>Name of a gap: <c>03:01 to 03:04</c>.</summary>
    public string GapText(Gap gap) => $"{Moment(gap.From)} to {Moment(gap.To)}";

    /// <summary>Time as short as the range allows.</summary>
    public string Moment(DateTimeOffset at) =>
        _viewer.Local(at).ToString(Time.To - Time.From > TimeSpan.FromHours(24) ? "ddd d MMM HH:mm" : "HH:mm:ss", Viewer.Culture);

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + ".";

    private static bool Measured(Point point) => point.Value is { } value && double.IsFinite(value);

    /// <summary>Gaps that the page names, else pauses between the samples of all lines together.</summary>
    private List<Gap> FindGaps()
    {
        var gaps = _chart.Gaps.Where(gap => gap.To > gap.From).ToList();
        if (gaps.Count == 0 && _chart.Every is { } every)
        {
            var times = Series.SelectMany(one => one.Points).Where(Measured).Select(point => point.At).Distinct().Order().ToList();
            gaps.AddRange(times.Zip(times.Skip(1)).Where(pair => pair.Second - pair.First > Trace.Patience(every))
                .Select(pair => new Gap(pair.First, pair.Second)));
        }

        return [.. gaps.Where(gap => gap.To > Time.From && gap.From < Time.To)
            .Select(gap => new Gap(gap.From < Time.From ? Time.From : gap.From, gap.To > Time.To ? Time.To : gap.To)).TakeLast(MostGaps)];
    }

    private DateTimeOffset? FindLate()
    {
        var last = Last.OfType<Point>().Select(point => (DateTimeOffset?)point.At).Max();
        return _chart is { Live: true, Every: { } every } && last is { } at && Time.To - at > Trace.Patience(every) ? at : null;
    }

    /// <summary>Rows of the table, which the cross hair reads too: every n-th time, so that there are not more than fit a person.</summary>
    private List<PlotRow> MakeRows(out int all)
    {
        var byTime = Series.Select(one => one.Points.Where(point => Time.Has(point.At)).GroupBy(point => point.At)
            .ToDictionary(group => group.Key, group => group.Last())).ToList();
        var times = byTime.SelectMany(one => one.Keys).Distinct().Order().ToList();
        all = times.Count;
        var each = Math.Max(1, (int)Math.Ceiling(times.Count / (double)MostRows));

        // Counted from the end: the newest value is always there.
        return [.. times.Where((_, i) => (times.Count - 1 - i) % each == 0).Select(at => new PlotRow(
            at, Time.At(at), [.. byTime.Select(one => one.GetValueOrDefault(at))]))];
    }
}

/// <summary>A row of the table under a chart.</summary>
/// <param name="At">Time.</param>
/// <param name="Place">Place in the chart, 0 to 1.</param>
/// <param name="Points">A point for each line; null where it has none at that time.</param>
internal sealed record PlotRow(DateTimeOffset At, double Place, IReadOnlyList<Point?> Points)
{
    /// <summary>Samples of all lines; null when none is counted.</summary>
    public long? Samples => Points.Any(point => point?.Samples is not null)
        ? Points.Sum(point => Math.Clamp(point?.Samples ?? 0, 0, long.MaxValue / 8))
        : null;
}
