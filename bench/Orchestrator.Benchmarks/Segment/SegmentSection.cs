using System.Diagnostics;
using System.Globalization;
using Orchestrator.Contracts;
using Orchestrator.Domain.Routing;
using AttributeKind = Orchestrator.Contracts.AttributeKind;

namespace Orchestrator.Benchmarks.Segment;

/// <summary>
/// Cost of a question to a segment grain, from its own silo, from another one and from a client of a gateway, beside the route in process.
/// </summary>
internal static class SegmentSection
{
    private const string Flag = "newCheckout";
    private const int Users = 1024;

    public static async Task<Section> RunAsync()
    {
        var (batches, calls) = Repetition.Short ? (3, 200) : (30, 1000);
        await using var two = await TwoSilos.Start();
        var contexts = Enumerable.Range(0, Users)
            .Select(i => RouteContext.Of($"user-{i}").With("internal", false)
                .With("group", i % 10 == 0 ? "beta" : "general").With("region", i % 3 == 0 ? "eu" : "us"))
            .ToArray();
        var measured = new List<(string What, double Microseconds)>();
        foreach (var (what, grains, key) in ((string, IGrainFactory, string)[])
            [
                ("grain on the same silo", two.Silo, TwoSilos.Here),
                ("grain on another silo", two.Silo, TwoSilos.There),
                ("client of a gateway, grain on its silo", two.Client, TwoSilos.Here),
                ("client of a gateway, grain on another silo", two.Client, TwoSilos.There),
            ])
        {
            measured.Add((what, await Grain(grains.GetGrain<ISegmentRouter>(key), contexts, batches, calls)));
        }

        // Last, when the router has long been compiled at the highest tier.
        var bare = InProcess(two.Table, contexts, batches);
        return Section.Of(
            "A segment grain asked",
            "Two silos on one PostgreSQL and an Orleans client, all in one process, calls between them over loopback sockets; "
            + string.Create(CultureInfo.InvariantCulture, $"one question after the other, the fastest of {batches} batches of {calls}. ")
            + "The route in process takes the same flag and the same users.",
            [
                new Row("route in process", string.Create(CultureInfo.InvariantCulture, $"{bare * 1000:0} ns, 1 time")),
                .. measured.Select(one => new Row(one.What, Times(one.Microseconds, bare))),
            ]);
    }

    private static string Times(double microseconds, double bare) =>
        string.Create(CultureInfo.InvariantCulture, $"{microseconds:0} µs, {microseconds / bare:N0} times");

    /// <summary>Microseconds of a question.</summary>
    private static async Task<double> Grain(ISegmentRouter segment, RouteContext[] users, int batches, int calls)
    {
        var fastest = double.MaxValue;
        for (var batch = 0; batch < batches; batch++)
        {
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++)
            {
                var answer = await segment.Ask(Flag, users[call & (Users - 1)]);
                if (answer.ErrorCode is { } error)
                {
                    throw new InvalidOperationException($"{error}: {answer.ErrorDetails}");
                }
            }

            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(began).TotalMicroseconds / calls);
        }

        return fastest;
    }

    /// <summary>Microseconds of a route, users prepared as the .NET client prepares them.</summary>
    private static double InProcess(EnvironmentTable table, RouteContext[] users, int batches)
    {
        const int Calls = 100_000;
        var prepared = users.Select(user => Prepared(table, user)).ToArray();
        var (fastest, isNew) = (double.MaxValue, 0);
        for (var batch = 0; batch < batches; batch++)
        {
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < Calls; call++)
            {
                isNew += Router.Route(table, Flag, prepared[call & (Users - 1)]).IsNew ? 1 : 0;
            }

            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(began).TotalMicroseconds / Calls);
        }

        return isNew > 0 ? fastest : throw new InvalidOperationException("No user is on new.");
    }

    private static EvaluationContext Prepared(EnvironmentTable table, RouteContext user)
    {
        var context = new EvaluationContext().Begin(table).Key(user.TargetingKey);
        foreach (var attribute in user.Attributes)
        {
            _ = attribute.Kind == AttributeKind.Text
                ? context.Set(attribute.Name, attribute.Text!)
                : context.Set(attribute.Name, attribute.Integer != 0);
        }

        return context;
    }
}
