using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Domain.Tests.Plans;

public sealed class PlanFormatTests
{
    public static TheoryData<string> Files => [.. Samples.PlanFiles, "chat-architecture.scenarios.yaml"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Samples_have_the_canonical_layout(string file) =>
        Assert.Equal(Samples.Plan(file), PlanFormat.Of(PlanSource.Of(Samples.Plan(file))));

    [Fact]
    public void Layout_keeps_comments_and_the_meaning()
    {
        var text = """
            #first
            plan:   new-search


            flag: newSearch # the flag

            metrics:
                #about errors
                error_rate: {ratio: errors / requests,title: "a, {b}  #c"}
                slow:
                      gauge: slow
            triggers:
            -   {name: errors,  when: error_rate > 1% ,for: 5m, action: rollback }
            # last trigger
            -   name: silent
                when: absent(requests)
                action:    rollback
                for: 5m
            description: |
                two
                  lines

                # no comment
            phases:
              -  name: public
                 steps:
                  - percentage: 10%
                    hold: 1d
                  -   { percentage: 100%,
                        hold: 1d }


            """.ReplaceLineEndings("\r\n");
        var source = PlanSource.Of(text);
        Assert.Equal("""
            # first
            plan:   new-search

            flag: newSearch # the flag

            metrics:
              # about errors
              error_rate: { ratio: errors / requests, title: "a, {b}  #c" }
              slow:
                gauge: slow
            triggers:
              - { name: errors, when: error_rate > 1%, for: 5m, action: rollback }
              # last trigger
              - name: silent
                when: absent(requests)
                action:    rollback
                for: 5m
            description: |
              two
                lines

              # no comment
            phases:
              - name: public
                steps:
                  - percentage: 10%
                    hold: 1d
                  - { percentage: 100%,
                    hold: 1d }

            """.ReplaceLineEndings("\n"), PlanFormat.Of(source));
    }

    /// <summary>Plans whose layout is spoilt by chance: other indentation, spaces and empty lines. The seed is in the message.</summary>
    [Fact]
    public void Any_layout_leads_to_one_layout_of_the_same_meaning()
    {
        for (var round = 0; round < 30; round++)
        {
            var seed = Random.Shared.Next();
            var chance = new Random(seed);
            var step = chance.Next(1, 7);
            var spoilt = string.Join('\n', Samples.Plan("payments.yaml").Split('\n').SelectMany(line =>
            {
                var indent = line.Length - line.TrimStart(' ').Length;
                var wide = new string(' ', indent / 2 * step) + line.TrimStart(' ');
                return chance.Next(10) == 0 ? (string[])[wide + new string(' ', chance.Next(3)), "", ""] : [wide];
            }));
            var source = PlanSource.Of(spoilt);
            if (source.Root is not { } root)
            {
                continue;
            }

            var laid = PlanFormat.Of(source);
            Assert.True(laid is not null, $"seed {seed}");
            var again = PlanSource.Of(laid);
            Assert.True(CanonicalJson.Write(again.Root!) == CanonicalJson.Write(root), $"seed {seed}");
            Assert.True(PlanFormat.Of(again) == laid, $"seed {seed}");
            Assert.True(Comments(spoilt).SequenceEqual(Comments(laid)), $"seed {seed}");
        }
    }

    [Fact]
    public void Bare_comparison_gets_its_quotes_and_JSON_two_columns()
    {
        Assert.Equal("metrics:\n  a: { gauge: a, alert: \"> 5\" }\n", PlanFormat.Of(PlanSource.Of("metrics:\n  a: { gauge: a, alert: > 5 }\n")));
        Assert.Equal("{\n  \"plan\": \"a\"\n}\n", PlanFormat.Of(PlanSource.Of("{\"plan\":\"a\"}")));
    }

    private static IEnumerable<string> Comments(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith('#'));
}
