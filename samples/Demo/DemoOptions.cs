using System.Globalization;

namespace Orchestrator.Samples.Demo;

/// <summary>Options from the demo's command line.</summary>
internal sealed record DemoOptions
{
    public const string Usage = """
        dotnet run --project samples/Demo -- [options]
          --fail slow|failing|leaking   make the new path bad at a step and watch the automatic rollback
          --at-step NAME                the step for --fail (3a-25)
          --regions                     the new path fails for eu alone: eu goes back, us stays, the rest goes on
          --aftermath healthy|failing   roll everyone back and watch the incident to its end, with legacy healthy or not
          --speed N                     orchestrator time per real time (60480: a week in ten seconds; 10 with --regions and --aftermath)
          --rate N                      most messages a second (1500; 500)
          --users N                     users in all (4000; 1000)
          --plan FILE                   another plan (samples/plans/chat-architecture.yaml)
          --minutes N                   hard stop (10)
          --stay                        keep the orchestrator and its dashboard until Ctrl+C after the end
          --silo FILE                   another Orchestrator.Silo.dll
        """;

    private double? _speed;
    private int? _rate;
    private int? _users;

    public string? Fail { get; private set; }

    public string AtStep { get; private set; } = "3a-25";

    public bool Regions { get; private set; }

    /// <summary>True to keep the orchestrator after the end of the show.</summary>
    public bool Stay { get; private set; }

    /// <summary>True when legacy is healthy after the rollback of all users; null when no rollback is asked for.</summary>
    public bool? LegacyHealthy { get; private set; }

    /// <summary>The forms about what a rollback takes and leads to: a small plan, and a clock at which a person can follow it.</summary>
    public bool AboutRollback => Regions || LegacyHealthy is not null;

    public double Speed => _speed ?? (AboutRollback ? 10 : 60_480);

    public int Rate => _rate ?? (AboutRollback ? 500 : 1500);

    public int Users => _users ?? (AboutRollback ? 1000 : 4000);

    public string? Plan { get; private set; }

    public string? Silo { get; private set; }

    public TimeSpan HardStop { get; private set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Real time between two reports of the chat server: at a fast clock the orchestrator expects one at least every half second.
    /// </summary>
    public TimeSpan PushInterval => TimeSpan.FromSeconds(Math.Clamp(15 / Speed, 0.4, 15));

    /// <summary>The mistake in <paramref name="args"/>, or null.</summary>
    public static string? Read(string[] args, out DemoOptions options)
    {
        options = new DemoOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--regions" or "--stay")
            {
                options.Regions |= args[i] == "--regions";
                options.Stay |= args[i] == "--stay";
                continue;
            }

            if (i + 1 >= args.Length)
            {
                return $"{args[i]} needs a value.";
            }

            var (name, value) = (args[i], args[++i]);
            if (!options.Take(name, value))
            {
                return $"{name} {value} is not understood.";
            }
        }

        return (options.Regions, options.LegacyHealthy, options.Fail) is (true, null, null) or (false, not null, null) or (false, null, _)
            ? null
            : "--fail, --regions and --aftermath are three different shows.";
    }

    private bool Take(string name, string value)
    {
        var isNumber = double.TryParse(value, CultureInfo.InvariantCulture, out var number);
        switch (name)
        {
            case "--fail" when value is "slow" or "failing" or "leaking":
                Fail = value;
                return true;
            case "--aftermath" when value is "healthy" or "failing":
                LegacyHealthy = value == "healthy";
                return true;
            case "--at-step":
                AtStep = value;
                return true;
            case "--plan":
                Plan = value;
                return true;
            case "--silo":
                Silo = value;
                return true;
            case "--speed" when isNumber && number is >= 1 and <= 1_000_000:
                _speed = number;
                return true;
            case "--rate" when isNumber && number is >= 1 and <= 5_000:
                _rate = (int)number;
                return true;
            case "--users" when isNumber && number is >= 10 and <= 50_000:
                _users = (int)number;
                return true;
            case "--minutes" when isNumber && number is > 0 and <= 60:
                HardStop = TimeSpan.FromMinutes(number);
                return true;
            default:
                return false;
        }
    }
}
