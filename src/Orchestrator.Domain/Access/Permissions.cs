using static Orchestrator.Domain.Access.Role;

namespace Orchestrator.Domain.Access;

/// <summary>The roles of each permission: the one table.</summary>
public static class Permissions
{
    private static readonly (Permission Permission, Role[] Roles)[] Rows =
    [
        (Permission.Read,       [Viewer, Support, Product, Engineering, Devops, Admin]),
        (Permission.Feedback,   [Support, Admin]),
        // Each review names which of these may decide it.
        (Permission.Review,     [Support, Product, Engineering, Devops, Admin]),
        (Permission.Objectives, [Product, Engineering, Devops, Admin]),
        (Permission.Operate,    [Engineering, Admin]),
        // The roles that have both Plans and Operate; a test holds the three together.
        (Permission.Amend,      [Admin]),
        (Permission.RollBack,   [Engineering, Devops, Admin]),
        // It hands the flag to its static value, so it is open to the roles that may set that.
        (Permission.Retire,     [Devops, Admin]),
        (Permission.Plans,      [Devops, Admin]),
        (Permission.Flags,      [Devops, Admin]),
        (Permission.Segments,   [Devops, Admin]),
        (Permission.Incidents,  [Engineering, Devops, Admin]),
        (Permission.Channels,   [Devops, Admin]),
        (Permission.Keys,       [Admin]),
        (Permission.Ingest,     [Ingest, Admin]),
        // An admin key is bound to no environment, so it does not determine which flags are meant.
        (Permission.Evaluate,   [Evaluation, Browser]),
        // Rules and members' hashes with their key: not for keys that are public.
        (Permission.Table,      [Evaluation]),
    ];

    // No misuse of these takes users forward or lets anyone in: they read, report, or take users back.
    private static readonly Permission[] Harmless =
        [Permission.Read, Permission.Feedback, Permission.RollBack, Permission.Incidents, Permission.Ingest, Permission.Evaluate,
            Permission.Table];

    /// <summary>
    /// True for permissions that remain while the keys themselves are in doubt, because their stream was changed outside of the product.
    /// </summary>
    public static bool IsHarmless(this Permission permission) => Harmless.Contains(permission);

    /// <summary>True when the role has the permission.</summary>
    public static bool May(this Role role, Permission permission) => Of(permission).Contains(role);

    /// <summary>Every role with the permission.</summary>
    public static IReadOnlyList<Role> Of(Permission permission) =>
        Rows.Single(row => row.Permission == permission).Roles;
}
