namespace Orchestrator.Api.Client;

/// <summary>Plans as they were sent.</summary>
public sealed partial class PlanApi
{
    /// <summary>Get the text of a revision, as it was sent.</summary>
    /// <param name="name">Name of the plan.</param>
    /// <param name="query">Revision; null for the newest.</param>
    /// <param name="stop">Ends the call.</param>
    [Operation(
        "GET", "/api/v1/plans/{name}", Query = typeof(RevisionQuery), Media = ["application/yaml"], Form = "as it was sent")]
    public Task<Answer<string>> GetText(string name, RevisionQuery? query = null, CancellationToken stop = default)
    {
        var text = new QueryText();
        query?.Write(text);
        return _transport.ReadText($"/api/v1/plans/{name}", text, "application/yaml", stop);
    }
}
