namespace Orchestrator.Domain.Conditions;

/// <summary>The two ways a user can be served.</summary>
public enum Variant
{
    /// <summary>The safe, existing path.</summary>
    Legacy,

    /// <summary>The path being rolled out.</summary>
    New,
}

/// <summary>Kind of traffic: live or shadow.</summary>
public enum Traffic
{
    /// <summary>Users were served by it.</summary>
    Live,

    /// <summary>A copy of the request; the answer was thrown away.</summary>
    Shadow,
}
