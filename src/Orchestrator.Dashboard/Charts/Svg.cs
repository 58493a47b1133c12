using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Charts;

/// <summary>Numbers of attributes.</summary>
internal static class Svg
{
    /// <summary>A coordinate: one decimal is a tenth of a pixel.</summary>
    public static string N(double value) => (double.IsFinite(value) ? Math.Clamp(value, -1e6, 1e6) : 0).ToString("0.#", Viewer.Culture);

    /// <summary>Percent of the width, from a place between 0 and 1.</summary>
    public static string Percent(double place) =>
        (double.IsFinite(place) ? Math.Clamp(place, 0, 1) * 100 : 0).ToString("0.##", Viewer.Culture) + "%";

    /// <summary>Anchor of a word under its tick. At the left is room for half a word, below the values; at the right is none.</summary>
    public static string Anchor(double place) => place > 0.94 ? "end" : "middle";
}
