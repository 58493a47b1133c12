namespace Orchestrator.Dashboard.Sessions;

/// <summary>Content of the sign-in page.</summary>
/// <param name="Base">Path base of the host; empty for none.</param>
/// <param name="Notice">Sentence above the form; null for none.</param>
/// <param name="Failed">True when the sentence is about a failure.</param>
/// <param name="Return">Address to which the sign-in returns.</param>
/// <param name="TokenName">Field of the form's token.</param>
/// <param name="Token">The token.</param>
/// <param name="Provider">Name of the issuer; null for keys alone.</param>
/// <param name="IsSafe">False where a cookie would not be safe.</param>
public sealed record SignInView(
    string Base, string? Notice, bool Failed, string Return, string TokenName, string Token, string? Provider, bool IsSafe)
{
    /// <summary>Address of the sign-in with the issuer.</summary>
    public string ProviderAddress => $"{Base}/sign-in/provider?return={Uri.EscapeDataString(Return)}";
}
