using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Charts;

/// <summary>A bar of a <see cref="ShareBar"/>.</summary>
/// <param name="Name">Name: <c>decided</c>, <c>served</c>, <c>reported</c>.</param>
/// <param name="Percent">Share in percent; null when it is unknown.</param>
/// <param name="Unknown">Words for an unknown one: <c>not counted</c>.</param>
public sealed record ShareOf(string Name, double? Percent, string Unknown = "no samples")
{
    /// <summary>True when there is a number.</summary>
    public bool IsKnown => Percent is { } percent && double.IsFinite(percent);

    /// <summary>Text beside the bar.</summary>
    public string Shown => IsKnown ? Shares.Text(Percent) : Unknown;
}
