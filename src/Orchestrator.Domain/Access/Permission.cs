using static Orchestrator.Domain.Access.Role;

namespace Orchestrator.Domain.Access;

/// <summary>A kind of thing one may do.</summary>
public enum Permission
{
    /// <summary>See plans, rollouts, segments, flags, events, nodes.</summary>
    Read,

    /// <summary>Bring complaints.</summary>
    Feedback,

    /// <summary>Approve or reject.</summary>
    Review,

    /// <summary>Tick objectives.</summary>
    Objectives,

    /// <summary>Create rollouts and take them forward.</summary>
    Operate,

    /// <summary>Take a corrected plan into a rollout under way: a plan is published and a rollout is operated by it at once.</summary>
    Amend,

    /// <summary>Take users back to legacy, or stop going forward: open to more people than going forward is.</summary>
    RollBack,

    /// <summary>Let a completed rollout go of its flag.</summary>
    Retire,

    /// <summary>Write plans.</summary>
    Plans,

    /// <summary>Write static flags of environments.</summary>
    Flags,

    /// <summary>Write segments and their members.</summary>
    Segments,

    /// <summary>Acknowledge and resolve incidents.</summary>
    Incidents,

    /// <summary>Say where notifications go.</summary>
    Channels,

    /// <summary>Make and revoke keys.</summary>
    Keys,

    /// <summary>Send metrics and alerts.</summary>
    Ingest,

    /// <summary>Ask for flags, bound to one environment.</summary>
    Evaluate,

    /// <summary>Read the routing table that answers are made from, bound to one environment.</summary>
    Table,
}

/// <summary>Who may do what: the one table.</summary>
public static class Permissions
{
    private static readonly (Permission Permission, Role[] Roles)[] Rows =
    [
        (Permission.Read,       [Viewer, Support, Product, Engineering, Devops, Admin]),
        (Permission.Feedback,   [Support, Admin]),
        // Each review says for itself which of these may decide it.
        (Permission.Review,     [Support, Product, Engineering, Devops, Admin]),
        (Permission.Objectives, [Product, Engineering, Devops, Admin]),
        (Permission.Operate,    [Engineering, Admin]),
        // The roles that have both Plans and Operate; a test holds the three together.
        (Permission.Amend,      [Admin]),
        (Permission.RollBack,   [Engineering, Devops, Admin]),
        // It hands the flag to its static value, so it is open to those who may set that.
        (Permission.Retire,     [Devops, Admin]),
        (Permission.Plans,      [Devops, Admin]),
        (Permission.Flags,      [Devops, Admin]),
        (Permission.Segments,   [Devops, Admin]),
        (Permission.Incidents,  [Engineering, Devops, Admin]),
        (Permission.Channels,   [Devops, Admin]),
        (Permission.Keys,       [Admin]),
        (Permission.Ingest,     [Ingest, Admin]),
        // An admin key is bound to no environment, so it cannot say which flags are meant.
        (Permission.Evaluate,   [Evaluation, Browser]),
        // Rules and members' hashes with their key: not for keys that everybody can read.
        (Permission.Table,      [Evaluation]),
    ];

    // No misuse of these takes users forward or lets anyone in: they look on, report, or take users back.
    private static readonly Permission[] Harmless =
        [Permission.Read, Permission.Feedback, Permission.RollBack, Permission.Incidents, Permission.Ingest, Permission.Evaluate, Permission.Table];

    /// <summary>True for what stays open while the keys themselves are in doubt: the stream of keys was changed outside of the product.</summary>
    public static bool IsHarmless(this Permission permission) => Harmless.Contains(permission);

    /// <summary>Whether the role may.</summary>
    public static bool May(this Role role, Permission permission) => Of(permission).Contains(role);

    /// <summary>Every role that may.</summary>
    public static IReadOnlyList<Role> Of(Permission permission) =>
        Rows.Single(row => row.Permission == permission).Roles;
}
