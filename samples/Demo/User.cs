namespace Orchestrator.Samples.Demo;

/// <summary>Somebody who chats.</summary>
internal sealed record User(int Index, string Id, string Region, string Usage, bool Internal, bool Trusted, bool OptedIn, string Platform)
{
    private static readonly string[] Regions = ["eu", "eu", "eu", "eu", "us", "us", "us", "apac", "apac", "sa"];
    private static readonly string[] Usages = ["light", "light", "light", "light", "light", "moderate", "moderate", "moderate", "heavy", "heavy"];
    private static readonly string[] Platforms = ["web", "ios", "android"];

    /// <summary>Rate of this user's messages, compared with a light user. People close to the product use it more.</summary>
    public int Weight => Usage switch { "heavy" => 4, "moderate" => 2, _ => 1 } * (Internal || Trusted || OptedIn ? 3 : 1);

    /// <summary>
    /// The same people in each run: about 4 % of the team, 4 % trusted and 4 % who opted in, so that a cohort of 5 % can be filled.
    /// </summary>
    public static User[] Many(int count)
    {
        var random = new Random(17);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var lot = random.Next(100);
            return new User(
                i, $"user-{i:0000}", Regions[random.Next(10)], Usages[random.Next(10)], lot < 4, lot is >= 4 and < 8, lot is >= 8 and < 12,
                Platforms[random.Next(3)]);
        })];
    }
}
