using Orchestrator.Faults.Processes;

namespace Orchestrator.Faults.Running;

/// <summary>One fault story. The invariants are checked afterwards from the recording, for every scenario alike.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Says">The fault and the promise.</param>
internal abstract record Scenario(string Name, string Says)
{
    /// <summary>True when the short form plays it too.</summary>
    public bool Short { get; init; } = true;

    /// <summary>The cluster it is played on. In the short form scenarios with the same layout share one cluster.</summary>
    public abstract Layout Layout(Scale scale);

    /// <summary>Plays it. Throws <see cref="Recording.ScenarioFailedException"/> when its promise is not kept.</summary>
    public abstract Task Play(Stage stage, Scale scale, Outcome outcome);
}

/// <summary>Length of a performance.</summary>
internal sealed record Scale(bool Long)
{
    /// <summary>10 s, the default, in the long form.</summary>
    public TimeSpan Lease => TimeSpan.FromSeconds(Long ? 10 : 2);

    /// <summary>Decisions a second over all nodes.</summary>
    public int Rate => Long ? 500 : 200;

    public int Times(int few, int many) => Long ? many : few;

    public TimeSpan Seconds(double few, double many) => TimeSpan.FromSeconds(Long ? many : few);
}

/// <summary>Result of a scenario beside the invariants.</summary>
internal sealed class Outcome
{
    private readonly List<string> _figures = [];
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Figures => _figures;

    public IReadOnlyList<string> Failures => _failures;

    public void Figure(FormattableString text) => _figures.Add(text.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public void Fail(string text) => _failures.Add(text);

    public void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            _failures.Add(otherwise);
        }
    }
}
