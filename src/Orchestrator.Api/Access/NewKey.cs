using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Access;

/// <summary>A key to create, with the text that only its owner sees.</summary>
internal sealed record NewKey(string Text, AccessCommand.Create Create)
{
    /// <summary>Without the text, so that an accidental log line shows no key.</summary>
    public override string ToString() => $"NewKey {Create.Id}";
}
