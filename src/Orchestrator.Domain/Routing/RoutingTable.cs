using System.Collections.Immutable;

namespace Orchestrator.Domain.Routing;

/// <summary>
/// Everything that a node's answers depend on, at one position of the log. Immutable: a change makes a new table, which shares all
/// unchanged parts; a reader takes one reference and needs no lock.
/// </summary>
public sealed class RoutingTable
{
    private readonly Dictionary<string, EnvironmentTable> _environments;

    private RoutingTable(long timeline, long position, long revision, Dictionary<string, EnvironmentTable> environments) =>
        (Timeline, Position, Revision, _environments) = (timeline, position, revision, environments);

    /// <summary>No environment, at position 0.</summary>
    public static RoutingTable Empty { get; } = Begin(1);

    /// <summary>Grows when the log is restored to an earlier state.</summary>
    public long Timeline { get; }

    /// <summary>Position of the last event folded in.</summary>
    public long Position { get; }

    /// <summary>Grows with each change that the node makes without an event: users whom it takes off new.</summary>
    public long Revision { get; }

    /// <summary>All environments.</summary>
    public IReadOnlyCollection<EnvironmentTable> Environments => _environments.Values;

    /// <summary>No environment, at position 0 of a timeline.</summary>
    public static RoutingTable Begin(long timeline) => new(timeline, 0, 0, []);

    /// <summary>Compiles a whole model.</summary>
    public static RoutingTable Compile(TableModel model) => new(
        model.Timeline, model.Position, 0,
        model.Environments.ToDictionary(e => e.Name, e => EnvironmentTable.Empty(e.Name).With(e).ChangedAt(model.Position, 0)));

    /// <summary>The environment of that name; null when there is none.</summary>
    public EnvironmentTable? Environment(string name) => _environments.GetValueOrDefault(name);

    /// <summary>Replaces one environment by its model. Unchanged routes, values and segments are taken over.</summary>
    public RoutingTable With(EnvironmentModel environment, long position) =>
        With(Known(environment.Name).With(environment), position);

    /// <summary>Replaces one routed flag; all others are taken over unread.</summary>
    public RoutingTable With(string environment, RoutedFlag route, long position) => With(Known(environment).With(route), position);

    /// <summary>Replaces one segment.</summary>
    public RoutingTable With(string environment, SegmentModel segment, long position) => With(Known(environment).With(segment), position);

    /// <summary>The same answers at a later position: events that change no answer.</summary>
    public RoutingTable At(long position) => At(position, Revision);

    /// <summary>The same answers at a later position or revision.</summary>
    public RoutingTable At(long position, long revision) => new(Timeline, position, revision, _environments);

    /// <summary>True when this table is newer. Only a newer table may replace one that is in use.</summary>
    public bool IsNewerThan(RoutingTable other) =>
        (Timeline, Position, Revision).CompareTo((other.Timeline, other.Position, other.Revision)) > 0;

    private EnvironmentTable Known(string environment) => Environment(environment) ?? EnvironmentTable.Empty(environment);

    private RoutingTable With(EnvironmentTable environment, long position) => ReferenceEquals(environment, Environment(environment.Name))
        ? At(position)
        : new(Timeline, position, Revision,
            new Dictionary<string, EnvironmentTable>(_environments) { [environment.Name] = environment.ChangedAt(position, Revision) });
}
