namespace Orchestrator.Api.Client;

/// <summary>The words that the server writes. A text and no enumeration: a newer server may know more.</summary>
/// <param name="words">The words.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WordsAttribute(params string[] words) : Attribute
{
    /// <summary>The words.</summary>
    public string[] Words => words;
}
