namespace Orchestrator.Client;

/// <summary>Reason of a missing answer.</summary>
public enum RouteError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The environment has no such flag.</summary>
    FlagNotFound,

    /// <summary>The answer depends on the user, and the user has no key.</summary>
    TargetingKeyMissing,

    /// <summary>No table has come since the start of the process, and there was no cached one.</summary>
    NotReady,

    /// <summary>The plan's <c>stickyBy</c> decides, and the user has no such attribute that is a text or an exact integer.</summary>
    StickyAttributeMissing,
}
