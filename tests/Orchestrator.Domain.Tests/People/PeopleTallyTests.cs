using Orchestrator.Domain.People;
using Orchestrator.Domain.Routing;
using Orchestrator.Domain.Segments;
using Orchestrator.Domain.Tests.Routing;

namespace Orchestrator.Domain.Tests.People;

/// <summary>Different users of a rollout, by variant, segment and hour.</summary>
public sealed class PeopleTallyTests
{
    private const ulong Key = 0x5eed;

    private static readonly SegmentModel[] Segments =
        [Some.Segment("eu", Some.Rule("region", new AttributeTest.EqualTo(AttributeValue.Of("eu")))), Some.Segment("internal", Some.Internal)];

    private static readonly RoutedFlag Route = Some.Route(25_000) with { Judged = ["eu"], TakenBack = ["internal"] };

    [Fact]
    public void Users_of_each_variant_and_segment_are_counted_once()
    {
        var table = Some.Table(Route, Segments);
        var tally = Tally(table);
        tally.Roll(100);
        var (isNew, european) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var answer = Serve(table, $"user-{i}", i % 4 == 0 ? "eu" : "us");
            Serve(table, $"user-{i}", i % 4 == 0 ? "eu" : "us");
            isNew += answer.IsNew ? 1 : 0;
            european += answer.IsNew && i % 4 == 0 ? 1 : 0;
        }

        var day = tally.Counts().Day;
        Near(20_000, day.All.Total);

        // The bucket decides the variant, and the count by variant does not know it.
        Near(isNew, day.All.New);
        Near(20_000 - isNew, day.All.Legacy);
        var eu = day.BySegment.Single(one => one.Segment == "eu").Users;
        Near(5_000, eu.Total);
        Near(european, eu.New);
        Assert.Equal(new PeopleNumbers(0, 0, 0), day.BySegment.Single(one => one.Segment == "internal").Users);
        Assert.False(day.Refused);
    }

    [Fact]
    public void User_without_a_key_and_user_of_an_error_are_not_counted()
    {
        var table = Some.Table(Some.Route(100_000), Segments);
        Router.Serve(table.Production(), table.Ask(Some.User(table, null)), Some.User(table, null), Key);
        Router.Serve(table.Production(), table.Ask(Some.User(table, "ada"), "theme"), Some.User(table, "ada"), Key);
        Router.Serve(table.Production(), table.Ask(Some.User(table, "ada")), Some.User(table, "ada"), people: 0);
        Tally(table).Roll(1);

        Assert.Equal(0, Tally(table).Counts().Day.All.Total);
    }

    [Fact]
    public void Hours_end_and_the_window_of_a_day_has_each_user_once()
    {
        var table = Some.Table(Some.Route(100_000));
        var tally = Tally(table);
        for (var hour = 100; hour < 130; hour++)
        {
            tally.Roll(hour);
            Serve(table, "always");
            Serve(table, $"only-in-{hour}");
        }

        var counts = tally.Counts();
        Assert.Equal((106, 129, 25), (counts.Day.First, counts.Day.Last, counts.Day.All.New));
        Assert.Equal((129, 129, 2), (counts.Hour.First, counts.Hour.Last, counts.Hour.All.Total));
        Assert.Equal((128, 128, 2), (counts.LastHour!.First, counts.LastHour.Last, counts.LastHour.All.Total));
        Assert.Equal(106, tally.Oldest);

        // A clock that goes back begins no hour again, and users that are there stay.
        tally.Roll(90);
        Assert.Equal(counts.Day.All, tally.Counts().Day.All);
    }

    [Fact]
    public void Users_before_the_first_hour_is_known_are_counted_in_it()
    {
        var table = Some.Table(Some.Route(100_000));
        Serve(table, "early");
        Tally(table).Roll(500);

        var counts = Tally(table).Counts();
        Assert.Equal((500, 500, 1), (counts.Day.First, counts.Day.Last, counts.Day.All.Total));
        Assert.Null(counts.LastHour);
    }

    [Fact]
    public void Next_table_keeps_the_count_and_another_rollout_begins_its_own()
    {
        var table = Some.Table(Some.Route(100_000));
        Tally(table).Roll(7);
        Serve(table, "ada");
        var next = table.With("production", Some.Route(50_000) with { Judged = ["eu"] }, 43);
        Assert.Same(Tally(table), Tally(next));
        Assert.Equal(1, Tally(next).Counts().Day.All.Total);

        var other = table.With("production", Some.Route(50_000) with { Rollout = "r2" }, 44);
        Assert.Equal(("r2", 0), (Tally(other).Rollout, Tally(other).Counts().Day.All.Total));
    }

    [Fact]
    public void Nodes_that_exchange_what_changed_have_the_users_of_both()
    {
        var (here, there) = (Some.Table(Route, Segments), Some.Table(Route, Segments));
        var (one, other) = (Tally(here), Tally(there));
        one.Roll(9);
        other.Roll(9);
        Fill(here, 0, 3_000);
        Fill(there, 2_000, 5_000);
        one.Roll(10);
        other.Roll(10);
        Fill(here, 4_000, 6_000);

        Give(one, other, all: false);
        Give(other, one, all: false);

        Near(6_000, one.Counts().Day.All.Total);
        Assert.Equal(one.Counts().Day, other.Counts().Day, Same);
        Assert.Equal(one.Counts().LastHour!, other.Counts().LastHour!, Same);

        // Nothing rose since, and another node's users are not sent on.
        Assert.Empty(one.Changed(all: false));
        Assert.Empty(other.Changed(all: false));

        // A node that restarted has all of it again, and a repeated message changes nothing.
        var restarted = Tally(Some.Table(Route, Segments));
        restarted.Roll(10);
        Give(one, restarted, all: true);
        Give(one, restarted, all: true);
        Assert.Equal(one.Counts().Day, restarted.Counts().Day, Same);
    }

    [Fact]
    public void Counts_of_hours_out_of_the_window_and_of_unknown_segments_are_left_out()
    {
        var tally = Tally(Some.Table(Route, Segments));
        tally.Roll(100);
        byte[] sketch = [1, 1, 0, 5];
        foreach (var wrong in (PeopleOf[])[new(null, PeopleKind.New, 76, sketch), new(null, PeopleKind.New, 102, sketch),
            new("mars", PeopleKind.New, 100, sketch), new(null, PeopleKind.New, 99, [9, 9])])
        {
            tally.Merge(wrong);
        }

        Assert.Equal(0, tally.Counts().Day.All.Total);
        tally.Merge(new PeopleOf(null, PeopleKind.New, 101, sketch));
        tally.Merge(new PeopleOf(null, PeopleKind.Legacy, 77, sketch));
        Assert.Equal(new PeopleNumbers(1, 1, 1), tally.Counts().Day.All);
        Assert.Equal(77, tally.Counts().Day.First);
    }

    [Fact]
    public void Hour_that_is_forgotten_begins_the_window_after_it()
    {
        var table = Some.Table(Some.Route(100_000));
        var tally = Tally(table);
        tally.Roll(5);
        Serve(table, "ada");
        tally.Roll(6);
        Serve(table, "bob");
        Assert.True(tally.PastBytes > 0);

        tally.Forget(5);

        Assert.Equal((6, 1, 0L), (tally.Counts().Day.First, tally.Counts().Day.All.Total, tally.PastBytes));
    }

    [Fact]
    public void Users_for_whom_there_is_no_room_make_the_window_refused()
    {
        var tally = new PeopleTally("r", new PeopleRoom(1));
        tally.Roll(1);
        tally.Note(5, true, 0, []);
        Assert.False(tally.Counts().Day.Refused);
        tally.Note(5, false, 0, []);
        Assert.True(tally.Counts().Day.Refused);

        tally.Roll(2);
        Assert.True(tally.Counts().Day.Refused);
        Assert.False(tally.Counts().Hour.Refused);
        tally.Note(5, false, 0, []);
        Assert.Equal((1, false), (tally.Counts().Hour.All.Legacy, tally.Counts().Hour.Refused));
    }

    [Fact]
    public void Sixteen_segments_are_counted_apart_and_keep_their_places()
    {
        var tally = new PeopleTally("r");
        Assert.Equal([.. Enumerable.Range(0, 16), -1], Enumerable.Range(0, 17).Select(i => tally.Place($"s{i}")));
        Assert.Equal((3, -1), (tally.Place("s3"), tally.Place("s16")));
    }

    [Fact]
    public void Client_reports_its_users_and_the_server_has_them_as_of_now()
    {
        var client = Some.Table(Route, Segments);
        var (server, errors) = (Tally(Some.Table(Route, Segments)), new List<Orchestrator.Domain.Documents.InputError>());
        server.Roll(50);
        for (var i = 0; i < 1_000; i++)
        {
            var user = Some.User(client, $"user-{i}").Set("region", i < 100 ? "eu" : "us");
            Note(client, user);
            Note(client, user);
        }

        var body = new List<byte>([.. """{"samples":[],"people":"""u8, .. PeopleJson.Write("p1", Tally(client).Take()), (byte)'}']).ToArray();
        var report = PeopleJson.Read(body, errors)!;
        Assert.Empty(errors);
        server.Merge(report);
        server.Merge(report);
        server.Merge(report with { Process = 77 });

        var day = server.Counts().Day;
        Near(1_000, day.All.Total);
        Near(100, day.BySegment.Single(one => one.Segment == "eu").Users.Total);
        Assert.Equal((2, 50), (day.Processes, day.First));
        Assert.Empty(Tally(client).Take());
    }

    [Fact]
    public void Serving_allocates_nothing_after_the_first_user()
    {
        var table = Some.Table(Route, Segments);
        var users = Enumerable.Range(0, 100).Select(i => Some.User(table, $"user-{i}").Set("region", "eu")).ToArray();
        foreach (var user in users)
        {
            Router.Serve(table.Production(), table.Ask(user), user, Key);
            Note(table, user);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var user in users)
        {
            Router.Serve(table.Production(), table.Ask(user), user, Key);
            Note(table, user);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static PeopleTally Tally(RoutingTable table) => table.Production().TryFind("flag", out var entry) ? entry.People! : null!;

    private static void Note(RoutingTable table, EvaluationContext user)
    {
        var answer = table.Ask(user);
        Router.NotePerson(table.Production(), answer.Entry!, answer.Variant, user, Key);
    }

    private static RouteAnswer Serve(RoutingTable table, string key, string region = "us")
    {
        var user = Some.User(table, key).Set("region", region);
        var answer = table.Ask(user);
        Router.Serve(table.Production(), answer, user, Key);
        return answer;
    }

    private static void Fill(RoutingTable table, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            Serve(table, $"user-{i}", i % 2 == 0 ? "eu" : "us");
        }
    }

    private static void Give(PeopleTally from, PeopleTally to, bool all)
    {
        foreach (var one in from.Changed(all))
        {
            to.Merge(one);
        }
    }

    private static bool Same(PeopleWindow one, PeopleWindow other) =>
        one with { BySegment = [] } == other with { BySegment = [] } && one.BySegment.SequenceEqual(other.BySegment);

    private static void Near(long expected, long estimate) =>
        Assert.InRange(estimate, expected * (1 - (6 * PeopleSketch.Error)), expected * (1 + (6 * PeopleSketch.Error)));
}
