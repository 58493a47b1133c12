namespace Orchestrator.Domain.Access;

/// <summary>Commands on the API keys.</summary>
public abstract record AccessCommand
{
    private AccessCommand()
    {
    }

    /// <summary>Creates a key.</summary>
    public sealed record Create(string Id, string Name, Role Role, string? Environment, string Hash) : AccessCommand
    {
        /// <summary>Ids of the rollouts that the key may push for; null for all.</summary>
        public string[]? Rollouts { get; init; }

        /// <summary>The person who holds it, by the id of their token or by their name; null when the key declares no person.</summary>
        public string? Person { get; init; }
    }

    /// <summary>Revokes a key.</summary>
    public sealed record Revoke(string Id) : AccessCommand;

    /// <summary>
    /// Ensures that the key under this id is this one: creates it, replaces another, or changes nothing. For keys that come from the
    /// environment.
    /// </summary>
    /// <param name="Id">Id of the key.</param>
    /// <param name="Name">Display name.</param>
    /// <param name="Role">Role of the key.</param>
    /// <param name="Environment">Environment of a key that is bound to one.</param>
    /// <param name="Hash">Hash of its text.</param>
    /// <param name="FormerHash">Hash that an earlier build kept of the same text; null for none.</param>
    public sealed record Set(string Id, string Name, Role Role, string? Environment, string Hash, string? FormerHash = null)
        : AccessCommand;

    /// <summary>Revokes a key that came from the environment and is no longer there, even if it is the last admin key.</summary>
    public sealed record Withdraw(string Id) : AccessCommand;

    /// <summary>Records the first use of a key; changes nothing when it is recorded already.</summary>
    /// <param name="Id">Id of the key.</param>
    /// <param name="Reading">True when it read and changed nothing.</param>
    public sealed record Use(string Id, bool Reading = false) : AccessCommand;

    /// <summary>Records the name of the person with this subject.</summary>
    /// <param name="Id">Id of the person as events name it: <c>oidc:</c> and the subject.</param>
    /// <param name="Name">Display name; at most <see cref="AccessDecider.LongestName"/> characters.</param>
    public sealed record Introduce(string Id, string Name) : AccessCommand;

    /// <summary>Creates an admin key unless a working one exists. For the first start.</summary>
    public sealed record Bootstrap(string Id, string Name, string Hash) : AccessCommand;
}
