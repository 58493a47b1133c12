namespace Orchestrator.Cli.Exits;

/// <summary>Exit codes, for scripts. Their numbers never change; <c>docs/cli.md</c> lists them.</summary>
internal enum ExitCode
{
    /// <summary>Done, or nothing to do.</summary>
    Success = 0,

    /// <summary>A check failed: a test of a plan, a format, a verification; or an error that has no code of its own.</summary>
    Failed = 1,

    /// <summary>There are changes: those of a diff, or those that an apply made or would make.</summary>
    Changes = 2,

    /// <summary>Invalid input: the command line, a file, a body.</summary>
    Invalid = 3,

    /// <summary>Refused by the state of what it is about.</summary>
    Refused = 4,

    /// <summary>Not allowed: no key, an unknown key, a role that may not, a sign-in that is over or was denied.</summary>
    NotAllowed = 5,

    /// <summary>Not found.</summary>
    NotFound = 6,

    /// <summary>No server answered, or it cannot work now; or the issuer did not answer.</summary>
    Unreachable = 7,

    /// <summary>The time was over before the condition held: <c>--timeout</c>, or the code of a sign-in.</summary>
    TimedOut = 8,

    /// <summary>The rollout was rolled back or aborted while a condition was waited for.</summary>
    Breached = 9,

    /// <summary>Interrupted by Ctrl+C or a signal.</summary>
    Interrupted = 130,
}
