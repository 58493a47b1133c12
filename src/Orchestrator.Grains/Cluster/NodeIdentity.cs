namespace Orchestrator.Grains.Cluster;

/// <summary>Identity of this process, from its settings.</summary>
/// <param name="Id">Host name and process id.</param>
/// <param name="Role"><see cref="Silo"/> or <see cref="Evaluation"/>.</param>
/// <param name="Version">Version of the build.</param>
/// <param name="Lease">Time for which its table counts as fresh.</param>
public sealed record NodeIdentity(string Id, string Role, string Version, TimeSpan Lease)
{
    /// <summary>Display text; not unique.</summary>
    public string Name { get; init; } = Id;

    public const string Silo = "silo";
    public const string Evaluation = "evaluation";
}
