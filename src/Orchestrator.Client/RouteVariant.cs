namespace Orchestrator.Client;

/// <summary>Variant that a user gets.</summary>
public enum RouteVariant
{
    /// <summary>No variant: an error.</summary>
    None,

    /// <summary>The safe path; the flag is false.</summary>
    Legacy,

    /// <summary>The new path; the flag is true.</summary>
    New,

    /// <summary>The value of a static flag.</summary>
    Static,
}
