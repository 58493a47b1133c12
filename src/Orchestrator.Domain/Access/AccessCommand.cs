namespace Orchestrator.Domain.Access;

/// <summary>What may be asked of the keys.</summary>
public abstract record AccessCommand
{
    private AccessCommand()
    {
    }

    /// <summary>Make a key.</summary>
    public sealed record Create(string Id, string Name, Role Role, string? Environment, string Hash) : AccessCommand
    {
        /// <summary>Rollouts of a key that may push for these only; null for all.</summary>
        public string[]? Rollouts { get; init; }

        /// <summary>The person who holds it, by the id of their token or by their name; null when it declares nobody.</summary>
        public string? Person { get; init; }
    }

    /// <summary>Make an end of a key.</summary>
    public sealed record Revoke(string Id) : AccessCommand;

    /// <summary>The key under this id is this one: makes it, replaces another, or finds it already so. For keys that come from the environment.</summary>
    /// <param name="Id">Id of the key.</param>
    /// <param name="Name">For people.</param>
    /// <param name="Role">Role of the key.</param>
    /// <param name="Environment">Environment of a key that is bound to one.</param>
    /// <param name="Hash">Hash of its text.</param>
    /// <param name="FormerHash">Hash that an earlier build kept of the same text; null for none.</param>
    public sealed record Set(string Id, string Name, Role Role, string? Environment, string Hash, string? FormerHash = null) : AccessCommand;

    /// <summary>The key that came from the environment is no longer there: it opens nothing from now on, even as the last admin key.</summary>
    public sealed record Withdraw(string Id) : AccessCommand;

    /// <summary>The key was used, if that is not known yet.</summary>
    /// <param name="Id">Id of the key.</param>
    /// <param name="Reading">True when it read and changed nothing.</param>
    public sealed record Use(string Id, bool Reading = false) : AccessCommand;

    /// <summary>The person of this subject is called so.</summary>
    /// <param name="Id">Id of the person as events name it: <c>oidc:</c> and the subject.</param>
    /// <param name="Name">Name for people; at most <see cref="AccessDecider.LongestName"/> characters.</param>
    public sealed record Introduce(string Id, string Name) : AccessCommand;

    /// <summary>Make an admin key unless a working one exists. For the first start.</summary>
    public sealed record Bootstrap(string Id, string Name, string Hash) : AccessCommand;
}
