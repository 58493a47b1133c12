using Orchestrator.Domain.Access;

namespace Orchestrator.Api.Access;

/// <summary>A key that is to be made, with the text that only its owner will see.</summary>
internal sealed record NewKey(string Text, AccessCommand.Create Create)
{
    /// <summary>Nothing that is logged by accident shows a key.</summary>
    public override string ToString() => $"NewKey {Create.Id}";
}
