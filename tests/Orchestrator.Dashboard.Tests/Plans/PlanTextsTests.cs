using Orchestrator.Dashboard.Pages.Plans;
using Orchestrator.Dashboard.Words;

namespace Orchestrator.Dashboard.Tests.Plans;

public sealed class PlanTextsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Viewer Viewer = Viewer.Read("UTC", null, null, Now);

    [Fact]
    public void Users_who_move_are_people_only_where_people_were_counted()
    {
        var effect = Effect(
            new AudienceChangeData("half", 50, 60, ["eu-west", "unknown"]), new AudienceChangeData("most", 75, 70, []), new AudienceChangeData("new", null, 80, []));
        var people = new PeopleData(19_041, [new SegmentPeople("eu-west", 912)], Now - TimeSpan.FromHours(20));
        Assert.Empty(PlanTexts.Counted(new CountedEffect(effect, null), Viewer));
        Assert.Empty(PlanTexts.Counted(new CountedEffect(effect, people with { Total = 0 }), Viewer));
        Assert.Equal(
            [
                "Step half: about 1,900 users more go to new when it begins.",
                "Step half: segment eu-west has about 910 users; those who are not on new yet go there when it begins.",
                "Step most: about 950 users stay on legacy for longer.",
                "Of 19,041 users counted since Sun 1 Mar 13:00.",
            ],
            PlanTexts.Counted(new CountedEffect(effect, people), Viewer));
        Assert.Empty(PlanTexts.Counted(new CountedEffect(Effect(), people), Viewer));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.4, "0")]
    [InlineData(7.6, "8")]
    [InlineData(42, "42")]
    [InlineData(1904.1, "1,900")]
    [InlineData(99_500, "100,000")]
    public void Number_of_people_has_two_digits_that_count(double users, string text) => Assert.Equal(text, PlanTexts.About(users));

    [Theory]
    [InlineData("looser", "▽ looser")]
    [InlineData("stricter", "△ stricter")]
    [InlineData("incomparable", "? not comparable, counts as looser")]
    [InlineData("same", "= as strict")]
    public void Strictness_is_a_sign_and_a_word(string strictness, string text) =>
        Assert.Equal(text, PlanTexts.Strictness(strictness).Text);

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("2026-03-02", "2026-03-02T00:00:00Z")]
    [InlineData("2026-03-02T09:00", "2026-03-02T09:00:00Z")]
    [InlineData("soon", "soon")]
    public void Start_is_taken_as_a_form_sends_it(string? typed, string? instant) => Assert.Equal(instant, StartText.Instant(typed));

    private static EffectData Effect(params AudienceChangeData[] ahead) =>
        new("r-1", new ComparedRevision(1), true, [], false, [], new MovedAheadData([], ahead));
}
