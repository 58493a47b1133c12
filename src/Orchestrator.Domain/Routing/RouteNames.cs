namespace Orchestrator.Domain.Routing;

/// <summary>Names on the wire.</summary>
public static class RouteNames
{
    /// <summary>OpenFeature's name of a reason.</summary>
    public static string Name(this RouteReason reason) => reason switch
    {
        RouteReason.Disabled => "DISABLED",
        RouteReason.TargetingMatch => "TARGETING_MATCH",
        RouteReason.Split => "SPLIT",
        RouteReason.Static => "STATIC",
        RouteReason.Default => "DEFAULT",
        RouteReason.Stale => "STALE",
        _ => "ERROR",
    };

    /// <summary>OpenFeature's code of an error; null for none.</summary>
    public static string? Name(this RouteError error) => error switch
    {
        RouteError.FlagNotFound => "FLAG_NOT_FOUND",
        RouteError.TargetingKeyMissing => "TARGETING_KEY_MISSING",
        RouteError.StickyAttributeMissing => "INVALID_CONTEXT",
        _ => null,
    };

    /// <summary>Name of a variant; null for none.</summary>
    public static string? Name(this RouteVariant variant) => variant switch
    {
        RouteVariant.Legacy => "legacy",
        RouteVariant.New => "new",
        RouteVariant.Static => "static",
        _ => null,
    };
}
