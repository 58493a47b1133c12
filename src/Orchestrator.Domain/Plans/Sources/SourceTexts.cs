
namespace Orchestrator.Domain.Plans.Sources;

/// <summary>Context in which the series of a source are read.</summary>
/// <param name="json">True when the source is of kind <c>json</c>.</param>
/// <param name="url">Its URL; empty when it has errors.</param>
/// <param name="body">The posted body; null for a GET.</param>
/// <param name="selectors">Selectors of the whole source; null when it has none.</param>
/// <param name="scope">Names that series and paths are checked against.</param>
internal sealed class SourceTexts(bool json, string url, string? body, VariantSelectors? selectors, PlanScope scope)
{
    public bool Json { get; } = json;

    /// <summary>The texts that all series of the source share.</summary>
    public string Shared { get; } = json ? $"{url}\n{body}" : "";

    public VariantSelectors? Selectors { get; } = selectors;

    public PlanScope Scope { get; } = scope;

    /// <summary>True when a series used the selectors of the source.</summary>
    public bool SelectorsUsed { get; set; }
}
