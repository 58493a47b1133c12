using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Grains.Serialization;
using Orchestrator.Silo.Tests.Lease;
using Orleans.Serialization;

namespace Orchestrator.Silo.Tests.Segments;

/// <summary>The contracts package by itself: what a caller does with an answer, and what goes over the wire.</summary>
public sealed class SegmentRoutingTests
{
    private readonly TwoClocks _clocks = new();

    [Fact]
    public async Task Answer_that_took_longer_than_it_may_be_used_is_asked_for_again()
    {
        var slow = new Segment(_clocks, TimeSpan.FromSeconds(3), TimeSpan.Zero);

        var answer = await slow.Ask("f", new RouteContext(), _clocks);

        Assert.Equal(("new", 2), (answer.Variant, slow.Asked));
    }

    [Fact]
    public async Task Answer_new_that_is_late_twice_is_legacy()
    {
        var slow = new Segment(_clocks, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3));

        var answer = await slow.Ask("f", new RouteContext(), _clocks);

        Assert.Equal(("legacy", "STALE", "false", false, 2), (answer.Variant, answer.Reason, answer.Value, answer.IsNew, slow.Asked));
    }

    [Fact]
    public async Task Wall_clock_that_went_on_while_the_machine_slept_counts()
    {
        var slept = new Segment(_clocks, default, default) { Jump = TimeSpan.FromHours(1) };

        Assert.Equal("legacy", (await slept.Ask("f", new RouteContext(), _clocks)).Variant);
    }

    [Fact]
    public async Task Answer_of_a_stale_silo_is_what_the_phase_says_however_long_it_took()
    {
        var stale = new Segment(_clocks, TimeSpan.FromMinutes(1)) { GoodFor = null };

        Assert.Equal(("new", 1), ((await stale.Ask("f", new RouteContext(), _clocks)).Variant, stale.Asked));
    }

    [Fact]
    public void Later_attribute_of_a_name_holds_and_null_takes_it_away()
    {
        var context = RouteContext.Of("u").With("a", 1).With("b", "x").With("a", true).With("b", null)
            .With("c", double.NaN).With("d", ulong.MaxValue);

        Assert.Equal("a=true, d=1.8446744073709552E+19", string.Join(", ", context.Attributes));
    }

    [Fact]
    public void Messages_cross_between_a_client_with_the_contracts_alone_and_a_silo()
    {
        using var client = new ServiceCollection().AddSerializer().BuildServiceProvider();
        using var silo = new ServiceCollection().AddGrainMessages().BuildServiceProvider();
        var context = RouteContext.Of("ü").With("text", "x").With("number", 0.5).With("integer", long.MaxValue).With("flag", false);
        context = context with { AtLeast = 7 };
        var arrived = Cross(client, silo, context);
        Assert.Equal((context.TargetingKey, context.AtLeast), (arrived.TargetingKey, arrived.AtLeast));
        Assert.Equal(context.Attributes.AsEnumerable(), arrived.Attributes);

        var answer = new SegmentAnswer
        {
            Environment = "production",
            Segment = "beta",
            Belongs = true,
            Rules = [new SegmentRule { Rule = "r", Matched = true, Saw = "s" }],
            Value = "true",
            Variant = "new",
            Reason = "SPLIT",
            ErrorCode = "e",
            ErrorDetails = "d",
            Rollout = "r1",
            Version = 3,
            Phase = "p",
            Step = "s",
            Bucket = 4,
            DecidedBy = "beta",
            Position = 5,
            Timeline = 2,
            TableAge = TimeSpan.FromSeconds(1),
            GoodFor = TimeSpan.FromSeconds(9),
        };
        var told = Cross(silo, client, answer);
        Assert.Equal(answer.Rules.AsEnumerable(), told.Rules);
        Assert.Equal(answer, told with { Rules = answer.Rules });
        Assert.True(Cross(silo, client, new SegmentAnswer { Rules = default }).Rules.IsDefaultOrEmpty);
    }

    /// <summary>Clients of other builds know these names and numbers: they are added to, never changed.</summary>
    [Fact]
    public void Names_and_numbers_on_the_wire_stay()
    {
        var types = typeof(ISegmentRouter).Assembly.GetExportedTypes().Where(type => type.Namespace == "Orchestrator.Contracts")
            .Where(type => type.IsDefined(typeof(AliasAttribute))).OrderBy(type => type.Name, StringComparer.Ordinal);

        Assert.Equal(
            """
            AttributeKind orchestrator.AttributeKind
            ContextAttribute orchestrator.ContextAttribute 0:Name 1:Kind 2:Text 3:Number 4:Integer
            ISegmentRouter orchestrator.ISegmentRouter Route
            RouteContext orchestrator.RouteContext 0:TargetingKey 1:Attributes 2:AtLeast
            SegmentAnswer orchestrator.SegmentAnswer 0:Environment 1:Segment 2:Belongs 3:Rules 4:Value 5:Variant 6:Reason
              7:ErrorCode 8:ErrorDetails 9:Rollout 10:Version 11:Phase 12:Step 13:Bucket 14:DecidedBy 15:Position
              16:Timeline 17:TableAge 18:GoodFor
            SegmentRule orchestrator.SegmentRule 0:Rule 1:Matched 2:Saw
            """.Replace("\n  ", " ", StringComparison.Ordinal),
            string.Join('\n', types.Select(Wire)));
    }

    private static string Wire(Type type) => string.Join(' ',
        [
            type.Name, type.GetCustomAttribute<AliasAttribute>()!.Alias,
            .. type.GetProperties().Select(one => (one.Name, Id: one.GetCustomAttribute<IdAttribute>()?.Id))
                .Where(one => one.Id is not null).OrderBy(one => one.Id).Select(one => $"{one.Id}:{one.Name}"),
            .. type.GetMethods().Select(one => one.GetCustomAttribute<AliasAttribute>()?.Alias).OfType<string>(),
        ]);

    private static T Cross<T>(IServiceProvider from, IServiceProvider to, T sent) =>
        to.GetRequiredService<Serializer>().Deserialize<T>(from.GetRequiredService<Serializer>().SerializeToArray(sent))!;

    /// <summary>A silo so far away, for one question after the other.</summary>
    private sealed class Segment(TwoClocks clocks, params TimeSpan[] takes) : ISegmentRouter
    {
        public int Asked { get; private set; }

        public TimeSpan? GoodFor { get; init; } = TimeSpan.FromSeconds(2);

        /// <summary>By which the wall clock is ahead after a question.</summary>
        public TimeSpan Jump { get; init; }

        public Task<SegmentAnswer> Route(string? flag, RouteContext context)
        {
            clocks.Advance(takes[Asked++]);
            if (Jump > TimeSpan.Zero)
            {
                clocks.Jump(Jump);
            }

            return Task.FromResult(new SegmentAnswer { Variant = Variants.New, Value = "true", Reason = "STATIC", GoodFor = GoodFor });
        }
    }
}
