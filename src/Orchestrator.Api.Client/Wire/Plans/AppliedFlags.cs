namespace Orchestrator.Api.Client;

/// <summary>Static flags of a plan that were set.</summary>
public sealed record AppliedFlags
{
    /// <summary>Name of the plan.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Revision.</summary>
    public int Revision { get; init; }

    /// <summary>Environments.</summary>
    public IReadOnlyList<AppliedEnvironment> Environments { get; init; } = [];
}

/// <summary>Static flags of a plan in one environment.</summary>
public sealed record AppliedEnvironment
{
    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Number of flags.</summary>
    public int Flags { get; init; }

    /// <summary>Flags that are stored and not served; null for none.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
