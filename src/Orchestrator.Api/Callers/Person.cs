namespace Orchestrator.Api.Callers;

/// <summary>A person, known by a token.</summary>
/// <param name="Name">Display text.</param>
/// <param name="Until">End of the token.</param>
/// <param name="Time">Clock of token lifetimes.</param>
internal sealed record Person(string Name, DateTimeOffset Until, TimeProvider Time)
{
    /// <summary>Longest time that a timer can wait.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>True once the token has ended.</summary>
    public bool Over => Time.GetUtcNow() >= Until;

    /// <summary>Cancelled when the token ends.</summary>
    public CancellationTokenSource End()
    {
        var left = Until - Time.GetUtcNow();
        return new CancellationTokenSource(left <= TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest, Time);
    }
}
