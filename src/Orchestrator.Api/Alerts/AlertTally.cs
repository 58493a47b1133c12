using System.Collections.Frozen;
using Orchestrator.Domain.Alerts;
using Orchestrator.Domain.Documents;

namespace Orchestrator.Api.Alerts;

/// <summary>
/// The sum of a message while it is read. Only alerts that the plan reads are kept, and of these a bounded number of members.
/// </summary>
internal sealed class AlertTally(FrozenSet<string> read)
{
    /// <summary>
    /// Members of a name kept of one message as firing: one more than a group keeps, so that it sees that there are more.
    /// </summary>
    private const int MostFiring = AlertGroup.MostMembers + 1;

    /// <summary>Members of a name kept of one message as resolved. Those beyond are not resolved by it.</summary>
    private const int MostResolved = 20_000;

    private const int MostErrors = 20;

    /// <summary>Names that the plan reads.</summary>
    private readonly Dictionary<string, Members> _names = new(StringComparer.Ordinal);

    /// <summary>At most <see cref="MostErrors"/>.</summary>
    private readonly List<InputError> _errors = [];

    /// <summary>Alerts accepted, including those that the plan does not read.</summary>
    public int Taken { get; private set; }

    /// <summary>Of these, alerts that the plan reads.</summary>
    public int Read { get; private set; }

    public int Rejected { get; private set; }

    /// <summary>The first faults.</summary>
    public IReadOnlyList<InputError> Errors => _errors;

    public IEnumerable<ListedAlerts> Alerts => _names.Select(name => name.Value.Listed(name.Key));

    public void Take(AlertListing alert, int index)
    {
        if (!alert.IsWell())
        {
            Reject(alert.Faults.Select(fault => new InputError($"alerts[{index}].{fault.Path}", fault.Message)));
            return;
        }

        Taken++;
        var concerns = alert.Concerns(read).ToArray();
        Read += concerns.Length > 0 ? 1 : 0;
        foreach (var (name, unseen) in concerns)
        {
            if (!_names.TryGetValue(name, out var members))
            {
                _names.Add(name, members = new Members());
            }

            members.Add(alert, unseen);
        }
    }

    public void Reject(params IEnumerable<InputError> errors)
    {
        Rejected++;
        _errors.AddRange(errors.Take(MostErrors - _errors.Count));
    }

    private sealed class Members
    {
        private readonly HashSet<string> _firing = new(StringComparer.Ordinal);
        private readonly HashSet<string> _resolved = new(StringComparer.Ordinal);
        private readonly HashSet<string> _unseen = new(StringComparer.Ordinal);
        private bool _more;
        private string? _summary;

        public void Add(AlertListing alert, bool unseen)
        {
            var (set, most) = alert.Status == "resolved" ? (_resolved, MostResolved) : unseen ? (_unseen, MostFiring) : (_firing, MostFiring);
            if (set.Count < most)
            {
                set.Add(alert.Identity());
            }
            else
            {
                _more |= ReferenceEquals(set, _firing);
            }

            if (ReferenceEquals(set, _firing))
            {
                _summary ??= alert.Summary;
            }
        }

        /// <summary>Listed as firing and as resolved at once, it fires.</summary>
        public ListedAlerts Listed(string name) =>
            new(name, [.. _firing], [.. _resolved.Except(_firing).Except(_unseen)], [.. _unseen], _more, _summary);
    }
}
