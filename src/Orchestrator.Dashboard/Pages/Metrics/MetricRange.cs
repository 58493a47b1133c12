namespace Orchestrator.Dashboard.Pages.Metrics;

/// <summary>A range of charts, in the address of the page.</summary>
/// <param name="Name">Value of <c>?range=</c>, a duration of the API.</param>
/// <param name="Text">Text of the link.</param>
public sealed record MetricRange(string Name, string Text)
{
    /// <summary>One hour, without a choice.</summary>
    public static MetricRange Hour { get; } = new("1h", "1 hour");

    /// <summary>All choices.</summary>
    public static IReadOnlyList<MetricRange> All { get; } =
        [new("15m", "15 min"), Hour, new("6h", "6 hours"), new("1d", "24 hours"), new("7d", "7 days"), new("14d", "14 days")];

    /// <summary>The choice of this name; one hour for any other text.</summary>
    public static MetricRange Of(string? name) => All.FirstOrDefault(range => range.Name == name) ?? Hour;
}
