using Orchestrator.Faults.Processes;

namespace Orchestrator.Faults.Running;

/// <summary>One story of something going wrong. What must hold whatever happens is checked afterwards from the recording, for every scenario alike.</summary>
/// <param name="Name">How it is called from the command line.</param>
/// <param name="Says">What is done and what is promised.</param>
internal abstract record Scenario(string Name, string Says)
{
    /// <summary>Whether the short form plays it too.</summary>
    public bool Short { get; init; } = true;

    /// <summary>What it is played on. In the short form scenarios with the same layout share one cluster.</summary>
    public abstract Layout Layout(Scale scale);

    /// <summary>Plays it. Throws <see cref="Recording.ScenarioFailedException"/> when what it says does not happen.</summary>
    public abstract Task Play(Stage stage, Scale scale, Outcome outcome);
}

/// <summary>How much of it.</summary>
internal sealed record Scale(bool Long)
{
    /// <summary>10 s, the default, in the long form.</summary>
    public TimeSpan Lease => TimeSpan.FromSeconds(Long ? 10 : 2);

    /// <summary>Decisions a second over all nodes.</summary>
    public int Rate => Long ? 500 : 200;

    public int Times(int few, int many) => Long ? many : few;

    public TimeSpan Seconds(double few, double many) => TimeSpan.FromSeconds(Long ? many : few);
}

/// <summary>What a scenario says about itself beside the invariants.</summary>
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
