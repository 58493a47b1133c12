using Orchestrator.Grains.World;

namespace Orchestrator.Api.Callers;

/// <summary>Sign-in of a person, through which a caller came. It ends with its key, and can end before.</summary>
internal interface ICallerSession
{
    /// <summary>True once it is over: signed out, expired, or its key no longer works as it did at the sign-in.</summary>
    bool IsOver(World world);

    /// <summary>Watches its end, for what outlives a request. Disposing ends the watch.</summary>
    ISessionWatch Watch();
}

/// <summary>A watch of the end of a session.</summary>
internal interface ISessionWatch : IDisposable
{
    /// <summary>Cancelled within seconds of the end.</summary>
    CancellationToken Over { get; }
}
