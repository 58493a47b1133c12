namespace Orchestrator.Samples.Demo;

/// <summary>What the users of each region saw in the last second.</summary>
internal sealed class Regions(User[] users, Tally tally, Narrator narrator)
{
    private readonly Dictionary<string, int[]> _of = users.GroupBy(u => u.Region).ToDictionary(g => g.Key, g => g.Select(u => u.Index).ToArray());

    public IEnumerable<string> All => _of.Keys.Order();

    /// <summary>Somebody of the region was seen, and everybody seen was on new.</summary>
    public bool AllOnNew(string region) => tally.LastSecond(_of[region]) is var (seen, onNew) && seen > 0 && onNew == seen;

    /// <summary>Somebody of the region was seen, and nobody on new.</summary>
    public bool AllOnLegacy(string region) => tally.LastSecond(_of[region]) is (> 0, 0);

    public void Tell() => narrator.Say("seen in the last second on new: " + string.Join(", ", All.Select(Words)));

    private string Words(string region)
    {
        var (seen, onNew) = tally.LastSecond(_of[region]);
        return $"{region} {onNew} of {seen}";
    }
}
