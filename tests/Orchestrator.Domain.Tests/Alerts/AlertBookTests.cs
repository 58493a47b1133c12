using System.Collections.Immutable;
using Orchestrator.Domain.Alerts;

namespace Orchestrator.Domain.Tests.Alerts;

/// <summary>State of an alert after messages of alert managers, and how long it is believed.</summary>
public sealed class AlertBookTests
{
    private const string Down = "ChatDown";
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Repeat = TimeSpan.FromHours(4);

    [Fact]
    public void Name_resolved_in_one_group_fires_while_another_group_knows_a_member()
    {
        var groups = After(Whole("a", firing: ["1"]), Whole("b", firing: ["2"]), Whole("a", resolved: ["1"]));
        Assert.True(Fires(groups));
        Assert.False(Fires(After(groups, Whole("b", resolved: ["2"]))));
    }

    [Fact]
    public void Whole_message_that_no_longer_lists_a_member_ends_it()
    {
        Assert.False(Fires(After(Whole("a", firing: ["1", "2"]), Whole("a", resolved: ["2"]))));
        Assert.True(Fires(After(Whole("a", firing: ["1", "2"]), Whole("a", firing: ["1"], resolved: ["2"]))));
    }

    [Fact]
    public void Truncated_message_resolves_only_what_it_lists()
    {
        var groups = After(Whole("a", firing: ["1", "2"]), Cut("a", resolved: ["2"]));
        Assert.True(Fires(groups));
        Assert.Equal(["1"], groups["a"].Of(Down)!.Firing);
        Assert.False(Fires(After(groups, Whole("a", resolved: ["1"]))));
    }

    [Fact]
    public void Truncated_message_in_which_all_listed_are_resolved_leaves_the_name_firing()
    {
        var groups = After(Cut("a", firing: ["1"]), Cut("a", resolved: ["1"]));
        Assert.True(Fires(groups));
        Assert.False(Fires(After(groups, Whole("a", resolved: ["7"]))));
    }

    [Fact]
    public void Name_that_a_truncated_message_may_have_left_out_is_no_evidence()
    {
        var groups = After(new AlertMessage("a", false, [], [Down]));
        Assert.Null(Fires(groups));
        Assert.False(Fires(After(groups, new AlertMessage("a", true, [], []))));
    }

    [Fact]
    public void Message_without_a_group_resolves_what_it_lists_in_every_group_and_nothing_else()
    {
        var groups = After(Whole("a", firing: ["1"]), Whole("b", firing: ["2"]), Some(null, firing: ["3"]));
        groups = After(groups, Some(null, resolved: ["1"]), Some(null, resolved: ["3"]));
        Assert.Equal(["b"], groups.Keys);
        Assert.True(Fires(groups));
    }

    [Fact]
    public void Group_that_fires_and_is_not_heard_of_is_no_evidence_after_its_repeat_interval()
    {
        var groups = After(Whole("a", firing: ["1"]));
        Assert.True(Fires(groups, Start + Repeat));
        Assert.True(Fires(groups, Start + AlertBook.Patience(Repeat)));
        Assert.Null(Fires(groups, Start + AlertBook.Patience(Repeat) + TimeSpan.FromTicks(1)));
        Assert.True(Fires(After(groups, Start + TimeSpan.FromHours(9), Whole("a", firing: ["1"])), Start + TimeSpan.FromHours(9)));
    }

    [Fact]
    public void Silent_group_gives_way_to_the_newest_word_on_its_members()
    {
        // The sender's routes have changed, and with them the keys of its groups.
        var late = Start + TimeSpan.FromHours(6);
        var groups = After(After(Whole("old", firing: ["1"])), late, Whole("new", resolved: ["1"]));
        Assert.Empty(groups);
        Assert.False(Fires(groups, late));
    }

    [Theory]
    [InlineData("a")]
    [InlineData(null)]
    public void Message_without_a_group_ends_what_only_a_silent_group_guesses_at(string? group)
    {
        string[] many = [.. Enumerable.Range(0, 1000).Select(i => i.ToString("x16"))];
        var groups = After(Some(group, firing: many), Some(group, resolved: many));
        Assert.True(Fires(After(groups, Some(null, resolved: ["0"]))));
        Assert.False(Fires(After(groups, Start + TimeSpan.FromHours(6), Some(null, resolved: ["0"])), Start + TimeSpan.FromHours(6)));
    }

    [Fact]
    public void Repeated_message_is_recorded_once_in_an_eighth_of_the_repeat_interval()
    {
        var groups = After(Whole("a", firing: ["1"]));
        Assert.Empty(AlertBook.Take(groups, Whole("a", firing: ["1"]), Start + (Repeat / 8) - TimeSpan.FromTicks(1), Repeat));
        Assert.Single(AlertBook.Take(groups, Whole("a", firing: ["1"]), Start + (Repeat / 8), Repeat));
    }

    [Fact]
    public void Members_beyond_the_bound_are_not_kept_and_the_name_fires_until_a_whole_message()
    {
        string[] many = [.. Enumerable.Range(0, 10_000).Select(i => i.ToString("x16"))];
        var groups = After(Whole("a", firing: many));
        Assert.Equal((AlertGroup.MostMembers, true), (groups["a"].Of(Down)!.Firing.Length, groups["a"].Of(Down)!.More));
        groups = After(groups, Cut("a", resolved: many));
        Assert.True(Fires(groups));
        Assert.False(Fires(After(groups, Whole("a"))));
    }

    [Fact]
    public void Groups_beyond_the_bound_are_kept_together_and_err_to_firing()
    {
        var groups = AlertBook.Empty;
        for (var i = 0; i < 150; i++)
        {
            groups = After(groups, Whole($"g{i}", firing: [$"m{i}"]));
        }

        Assert.Equal(AlertGroup.MostGroups + 1, groups.Count);
        for (var i = 0; i < 149; i++)
        {
            groups = After(groups, Whole($"g{i}", resolved: [$"m{i}"]));
        }

        Assert.True(Fires(groups));
        Assert.Equal(["m149"], Assert.Single(groups).Value.Of(Down)!.Firing);
        Assert.False(Fires(After(groups, Whole("g149", resolved: ["m149"]))));
    }

    [Fact]
    public void Rule_without_data_is_no_evidence_until_its_alert_is_resolved()
    {
        var groups = After(Whole("a", resolved: ["1"], unseen: ["9"]));
        Assert.Null(Fires(groups));
        Assert.True(Fires(After(groups, Whole("b", firing: ["2"]))));
        Assert.False(Fires(After(groups, Whole("a", resolved: ["9"]))));
    }

    private static AlertMessage Whole(string group, string[]? firing = null, string[]? resolved = null, string[]? unseen = null) =>
        Some(group, firing, resolved, unseen) with { Complete = true };

    private static AlertMessage Cut(string group, string[]? firing = null, string[]? resolved = null) =>
        Some(group, firing, resolved) with { Hidden = [Down] };

    private static AlertMessage Some(string? group, string[]? firing = null, string[]? resolved = null, string[]? unseen = null) =>
        new(group, false, [new ListedAlerts(Down, firing ?? [], resolved ?? [], unseen ?? [])], []);

    private static bool? Fires(ImmutableSortedDictionary<string, AlertGroup> groups, DateTimeOffset? at = null) =>
        AlertBook.Fires(groups, AlertBook.Knows(groups, Down), Down, at ?? Start, Repeat);

    private static ImmutableSortedDictionary<string, AlertGroup> After(params AlertMessage[] messages) => After(AlertBook.Empty, messages);

    private static ImmutableSortedDictionary<string, AlertGroup> After(
        ImmutableSortedDictionary<string, AlertGroup> groups, params AlertMessage[] messages) =>
        After(groups, Start, messages);

    private static ImmutableSortedDictionary<string, AlertGroup> After(
        ImmutableSortedDictionary<string, AlertGroup> groups, DateTimeOffset at, params AlertMessage[] messages)
    {
        foreach (var message in messages)
        {
            foreach (var (key, group) in AlertBook.Take(groups, message, at, Repeat).ToArray())
            {
                groups = group.Alerts.IsEmpty ? groups.Remove(key) : groups.SetItem(key, group);
            }
        }

        return groups;
    }
}
