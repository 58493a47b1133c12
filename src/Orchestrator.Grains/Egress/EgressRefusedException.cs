namespace Orchestrator.Grains.Egress;

/// <summary>A request to an address that may not be called.</summary>
/// <param name="message">Display text.</param>
/// <param name="forGood">
/// True when the list lacks the host, so that a retry cannot help. A name may lead to another address by the next try.
/// </param>
internal sealed class EgressRefusedException(string message, bool forGood) : IOException(message)
{
    /// <summary>True when a retry cannot help.</summary>
    public bool IsForGood => forGood;

    /// <summary>The refusal behind a failed request; null for another failure.</summary>
    public static EgressRefusedException? Behind(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            if (failure is EgressRefusedException refused)
            {
                return refused;
            }
        }

        return null;
    }
}
