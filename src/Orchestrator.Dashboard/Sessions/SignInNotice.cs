namespace Orchestrator.Dashboard.Sessions;

/// <summary>Sentences of the sign-in. An address names one by its code; no text of a client is shown.</summary>
internal static class SignInNotice
{
    public const string Over = "over";
    public const string Out = "out";
    public const string OutHere = "out-here";
    public const string NoRole = "role";
    public const string Provider = "provider";
    public const string Unreachable = "unreachable";

    /// <summary>One sentence for every key that does not work: never which of the two it is.</summary>
    public const string UnknownKey = "This key is not known, or was revoked.";

    public const string WrongRole = "This key is for a program. Sign in with the key of a person.";
    public const string TooMany = "Too many wrong keys came from this address. Wait a minute, then try again.";
    public const string OldForm = "This form was too old. Nothing was done; send it again.";
    public const string CatchingUp = "This node is still reading the log. Try again in a moment.";
    public const string Stale = "This node is cut off from the log and does not know this key. Try another node.";

    /// <summary>Shown where a cookie would not be safe.</summary>
    public const string NeedsHttps =
        "Signing in needs HTTPS, or this machine's own address. Behind a proxy that ends TLS, name it in Orchestrator:Http:KnownProxies.";

    /// <summary>The sentence of a code; null for none.</summary>
    public static string? Of(string? code) => code switch
    {
        Over => "Your session is over. Nothing was changed; sign in to go on.",
        Out => "You are signed out, on every node.",
        OutHere => "You are signed out on this node. The store does not answer; other nodes follow once it does.",
        NoRole => "Your account has no role here. Ask an administrator of your organisation for one.",
        Provider => "The sign-in with your organisation failed. Try again, or use a key.",
        Unreachable => "Your organisation's sign-in cannot be reached. Use a key, or try again.",
        _ => null,
    };
}
