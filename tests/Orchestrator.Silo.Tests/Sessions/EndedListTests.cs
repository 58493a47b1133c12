using CsCheck;
using Orchestrator.Dashboard.Sessions;
using Orchestrator.Domain.Access;

namespace Orchestrator.Silo.Tests.Sessions;

public sealed class EndedListTests
{
    [Fact]
    public void List_reads_what_it_wrote_and_forgets_what_has_expired()
    {
        var list = EndedList.Empty.With([new("a", "1", 10, 100), new("oidc:\"ö\u0001", "2", 11, 200)], 50);
        var read = EndedList.Read(list.Write())!;
        Assert.Equal(list.All, read.All);
        Assert.True(read.Has(Of("oidc:\"ö\u0001", "2", 11)));
        Assert.False(read.Has(Of("a", "3", 10)));
        Assert.Equal(["2"], read.With([], 100).All.Select(one => one.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[null]")]
    [InlineData("[{\"Id\":\"1\"}]")]
    public void Text_that_is_no_list_is_not_taken_for_an_empty_one(string text) => Assert.Null(EndedList.Read(text));

    [Fact]
    public void Full_list_ends_more_sessions_of_the_busiest_holder_and_of_no_other()
    {
        var list = EndedList.Empty;
        for (var i = 0; i < 3 * EndedList.Most; i++)
        {
            list = list.With([new("busy", $"b{i}", i, 1_000_000)], 0);
        }

        list = list.With([new("quiet", "q", 5, 1_000_000)], 0);
        Assert.InRange(list.All.Length, 1, EndedList.Most);
        Assert.True(list.Has(Of("quiet", "q", 5)));
        Assert.False(list.Has(Of("quiet", "other", 5)));
        Assert.False(list.Has(Of("busy", "fresh", 3 * EndedList.Most)));
    }

    [Fact]
    public void Ended_session_never_lives_again_before_its_end() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 40], Gen.Int[1, 200], Gen.Bool).Array[1, 60].Sample(
            steps =>
            {
                var (list, ended, now, id) = (EndedList.Empty, new List<EndedSession>(), 0L, 0);
                foreach (var (holders, later, count, many) in steps)
                {
                    now += later;
                    EndedSession[] more =
                    [
                        .. Enumerable.Range(0, count).Select(i => new EndedSession(many ? $"h{id + i}" : $"h{i % holders}", $"{id + i}", now, now + 100)),
                    ];
                    id += count;
                    ended.AddRange(more);
                    list = EndedList.Read(list.With(more, now).Write())!;
                    Assert.InRange(list.All.Length, 0, EndedList.Most);
                    Assert.All(ended.Where(one => one.Until > now), one => Assert.True(list.Has(Of(one.Holder, one.Id!, one.Began)), $"{one} at {now}"));
                }
            },
            iter: 20);

    private static Ticket Of(string holder, string id, long began) =>
        new(id, holder, Role.Viewer, null, null, null, began, began, began + 100, 1);
}
