using Orchestrator.Domain.Documents;
using Orchestrator.Domain.Plans;
using Orchestrator.Grains.Metrics.Sources.Http;

namespace Orchestrator.Api.Plans;

/// <summary>Warnings about sources of a valid plan that this node's configuration does not allow.</summary>
internal static class SourceWarnings
{
    /// <param name="plan">A valid plan.</param>
    /// <param name="http">Null on a node that queries no source.</param>
    public static IEnumerable<InputError> Of(Plan plan, SourceHttp? http) => http is null ? [] : plan.Sources
        .Select((source, index) => (Index: index, Source: source, Refusal: http.Refusal(new Uri(source.Url), source.Credentials)))
        .Where(one => one.Refusal is not null)
        .Select(one => new InputError($"sources[{one.Index}]", $"source '{one.Source.Name}' would not be queried: {one.Refusal}"));
}
