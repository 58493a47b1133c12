namespace Orchestrator.Api.Ofrep;

/// <summary>Refusal of an OFREP request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Details">Display text.</param>
/// <param name="RetryAfter">Whole seconds; null for never.</param>
internal sealed record OfrepRefusal(int Status, string Details, int? RetryAfter = null)
{
    public static readonly OfrepRefusal NoKey = new(401, "Send a key in X-API-Key or as Authorization: Bearer.");
    public static readonly OfrepRefusal UnknownKey = new(401, "Unknown or revoked API key.");
    public static readonly OfrepRefusal WrongKey = new(403, "This API key may not evaluate flags. Use a key of the role evaluation or browser.");
    public static readonly OfrepRefusal CatchingUp = new(503, "The node is still reading the log and does not know all API keys yet.", 1);
}
