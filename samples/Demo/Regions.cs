using System.Diagnostics;

namespace Orchestrator.Samples.Demo;

/// <summary>Variants that the users of each region saw in the last second.</summary>
internal sealed class Regions(User[] users, Tally tally, Narrator narrator)
{
    private const int Looks = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Dictionary<string, int[]> _of = users.GroupBy(u => u.Region)
        .ToDictionary(g => g.Key, g => g.Select(u => u.Index).ToArray());

    public IEnumerable<string> All => _of.Keys.Order();

    /// <summary>Somebody of the region was seen, and everybody seen was on new.</summary>
    public bool AllOnNew(string region) => tally.LastSecond(_of[region]) is var (seen, onNew) && seen > 0 && onNew == seen;

    /// <summary>A user of the region was seen, and none on new.</summary>
    public bool AllOnLegacy(string region) => tally.LastSecond(_of[region]) is ( > 0, 0);

    public void Tell() => narrator.Say("seen in the last second on new: " + string.Join(", ", All.Select(Words)));

    /// <summary>
    /// Waits until these regions have been on new for a while: what happens next must meet a rollout that is watched and well.
    /// </summary>
    public async Task SettleOnNewAsync(string[] regions, Func<bool, CancellationToken, Task<RolloutView>> look, CancellationToken stop)
    {
        var since = Stopwatch.StartNew();
        for (var good = 0; good < Looks; good = regions.All(AllOnNew) ? good + 1 : 0)
        {
            if (since.Elapsed > Patience)
            {
                throw new DemoFailedException($"{string.Join(" and ", regions)} were not on new within {Patience.TotalSeconds:0} s.");
            }

            await look(false, stop);
            await Task.Delay(250, stop);
        }

        Tell();
    }

    private string Words(string region)
    {
        var (seen, onNew) = tally.LastSecond(_of[region]);
        return $"{region} {onNew} of {seen}";
    }
}
