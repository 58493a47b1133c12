namespace Orchestrator.Api.Client;

/// <summary>Format and members that a reader of the table has.</summary>
public sealed record TableQuery : QueryValues
{
    /// <summary>Newest format that the reader knows; null for the first.</summary>
    public int? Format { get; init; }

    /// <summary>Tags of members that it has, separated by commas.</summary>
    public string? Have { get; init; }

    internal override void Write(QueryText query)
    {
        query.Add("format", Format);
        query.Add("have", Have);
    }
}
