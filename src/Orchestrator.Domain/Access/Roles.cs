namespace Orchestrator.Domain.Access;

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

    /// <summary>True for roles whose keys are bound to one environment.</summary>
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
