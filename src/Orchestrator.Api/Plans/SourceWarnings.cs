using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Api.Plans;

/// <summary>Sources of a sound plan that this node's configuration does not let it ask.</summary>
internal static class SourceWarnings
{
    /// <param name="plan">A sound plan.</param>
    /// <param name="http">Null on a node that asks no source.</param>
    public static IEnumerable<InputError> Of(Plan plan, SourceHttp? http) => http is null ? [] : plan.Sources
        .Select((source, index) => (Index: index, Source: source, Refusal: http.Refusal(new Uri(source.Url), source.Credentials)))
        .Where(one => one.Refusal is not null)
        .Select(one => new InputError($"sources[{one.Index}]", $"source '{one.Source.Name}' would not be asked: {one.Refusal}"));
}
