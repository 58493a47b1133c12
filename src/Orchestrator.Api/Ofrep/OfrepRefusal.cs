namespace Orchestrator.Api.Ofrep;

/// <summary>Reason why an OFREP request is not answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Details">A sentence for people.</param>
/// <param name="RetryAfter">Whole seconds; null for never.</param>
internal sealed record OfrepRefusal(int Status, string Details, int? RetryAfter = null)
{
    public static readonly OfrepRefusal NoKey = new(401, "Send a key in X-API-Key or as Authorization: Bearer.");
    public static readonly OfrepRefusal UnknownKey = new(401, "This key opens nothing: nobody issued it, or it was revoked.");
    public static readonly OfrepRefusal WrongKey = new(403, "This key is not one for evaluation.");
    public static readonly OfrepRefusal CatchingUp = new(503, "The node is still reading the log, and does not know all keys yet.", 1);
}
