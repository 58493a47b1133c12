namespace Orchestrator.Domain.Access;

/// <summary>What may be asked of the keys.</summary>
public abstract record AccessCommand
{
    private AccessCommand()
    {
    }

    /// <summary>Make a key.</summary>
    public sealed record Create(string Id, string Name, Role Role, string? Environment, string Hash) : AccessCommand;

    /// <summary>Make an end of a key.</summary>
    public sealed record Revoke(string Id) : AccessCommand;

    /// <summary>The key under this id is this one: makes it, replaces another, or finds it already so. For keys that come from the environment.</summary>
    public sealed record Set(string Id, string Name, Role Role, string? Environment, string Hash) : AccessCommand;

    /// <summary>Make an admin key unless a working one exists. For the first start.</summary>
    public sealed record Bootstrap(string Id, string Name, string Hash) : AccessCommand;
}
