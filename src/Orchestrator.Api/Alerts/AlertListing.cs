using System.Collections.Frozen;
using Orchestrator.Domain.Alerts;

namespace Orchestrator.Api.Alerts;

/// <summary>One alert of a message, as far as it is parsed.</summary>
internal sealed class AlertListing
{
    /// <summary>
    /// Most labels kept of an alert, and characters in all of them. The rest only counts where the sender gives no fingerprint.
    /// </summary>
    private const int MostLabels = 512;

    private const int MostText = 64 * 1024;

    private const string Named = "alertname";
    private const string RuleNamed = "rulename";
    private const int MostFaults = 10;

    public const int LongestText = 500;

    private int _text;

    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    public string? Status { get; set; }

    public string? Fingerprint { get; set; }

    public string? Summary { get; set; }

    /// <summary>Faults: the path within the alert, and a sentence.</summary>
    public List<(string Path, string Message)> Faults { get; } = [];

    public string? Name => Labels.GetValueOrDefault(Named);

    /// <summary>Records a label; a value that is not a string leaves the alert without identity.</summary>
    public void Label(string? name, string? value)
    {
        if (name is null || value is null)
        {
            Fault(name is null ? "labels" : $"labels.{Shown(name)}", "must be a text of whole Unicode characters");
        }
        else if (name is Named or RuleNamed || (Labels.Count < MostLabels && _text + name.Length + value.Length <= MostText))
        {
            Labels[name] = value;
            _text += name.Length + value.Length;
        }
    }

    /// <summary>Validates the whole alert; records every fault.</summary>
    public bool IsWell()
    {
        if (Name is not { Length: > 0 and <= LongestText })
        {
            Fault("labels.alertname", $"must be a text of 1 to {LongestText} characters");
        }

        if (Status is not ("firing" or "resolved"))
        {
            Fault("status", Status is null ? "must be firing or resolved, and is missing" : $"must be firing or resolved, but is '{Shown(Status)}'");
        }

        return Faults.Count == 0;
    }

    public void Fault(string path, string message)
    {
        if (Faults.Count < MostFaults && !Faults.Any(known => known.Path == path))
        {
            Faults.Add((path, message));
        }
    }

    /// <summary>
    /// The alert name of the plan, and a flag for a rule that could not be evaluated: Grafana then sends an alert
    /// of a name of its own, with the rule's in the label <c>rulename</c>. Null for an alert that no rule reads.
    /// </summary>
    public IEnumerable<(string Alert, bool Unseen)> Concerns(FrozenSet<string> read)
    {
        if (read.Contains(Name!))
        {
            yield return (Name!, false);
        }

        if (IsOfNoData(Name!) && Labels.GetValueOrDefault(RuleNamed) is { } rule && read.Contains(rule))
        {
            yield return (rule, true);
        }
    }

    /// <summary>Alert names of Grafana for a rule without data or with a failed evaluation.</summary>
    public static bool IsOfNoData(string name) => name is "DatasourceNoData" or "DatasourceError";

    public string Identity() => string.IsNullOrEmpty(Fingerprint) ? AlertFingerprint.Of(Labels) : AlertFingerprint.Of(Fingerprint);

    private static string Shown(string text) => Domain.Documents.Field.Short(text);
}
