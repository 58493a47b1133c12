namespace Orchestrator.Domain.Access;

/// <summary>What the holder of a key is here for; the roles of the rollout strategy and three for machines.</summary>
public enum Role
{
    /// <summary>Looks.</summary>
    Viewer,

    /// <summary>Brings what users complain about.</summary>
    Support,

    /// <summary>Decides go or no-go.</summary>
    Product,

    /// <summary>Operates rollouts.</summary>
    Engineering,

    /// <summary>Manages plans, flags, segments and channels; may always take a rollout back.</summary>
    Devops,

    /// <summary>Manages keys; may do everything a person may.</summary>
    Admin,

    /// <summary>A service that asks who gets what, in one environment, or decides it by itself from the routing table.</summary>
    Evaluation,

    /// <summary>A service that sends metrics and alerts.</summary>
    Ingest,

    /// <summary>A program in users' hands, whose key everybody can read: asks who gets what, in one environment, and is told nothing that answers are made of.</summary>
    Browser,
}

/// <summary>Roles as the API writes them: lower case.</summary>
public static class Roles
{
    /// <summary>Every role's name, in the order of <see cref="Role"/>.</summary>
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetValues<Role>().Select(Name)];

    /// <summary>The name of a role.</summary>
    public static string Name(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Support => "support",
        Role.Product => "product",
        Role.Engineering => "engineering",
        Role.Devops => "devops",
        Role.Admin => "admin",
        Role.Evaluation => "evaluation",
        Role.Ingest => "ingest",
        Role.Browser => "browser",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>Whether keys of this role are bound to one environment.</summary>
    public static bool IsBound(this Role role) => role is Role.Evaluation or Role.Browser;

    /// <summary>The role of that exact name.</summary>
    public static bool TryParse(string? name, out Role role)
    {
        foreach (var one in Enum.GetValues<Role>())
        {
            if (one.Name() == name)
            {
                role = one;
                return true;
            }
        }

        role = default;
        return false;
    }
}
