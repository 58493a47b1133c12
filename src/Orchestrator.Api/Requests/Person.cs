namespace Orchestrator.Api.Requests;

/// <summary>A person who came with a token.</summary>
/// <param name="Name">For people.</param>
/// <param name="Until">End of the token.</param>
/// <param name="Time">Clock that tokens end by.</param>
internal sealed record Person(string Name, DateTimeOffset Until, TimeProvider Time)
{
    /// <summary>Longest wait of a timer.</summary>
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
