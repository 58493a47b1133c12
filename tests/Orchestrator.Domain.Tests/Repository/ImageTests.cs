using System.Text.RegularExpressions;
using Orchestrator.Domain.Tests.Plans;

namespace Orchestrator.Domain.Tests.Repository;

/// <summary>The image is built where no container engine runs the tests: its file is held to the projects.</summary>
public sealed partial class ImageTests
{
    [Fact]
    public void Image_copies_every_project_that_its_restore_needs()
    {
        var image = File.ReadAllText(Path.Combine(Samples.Root, "Dockerfile"));
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        Add("Orchestrator.Silo");

        Assert.True(needed.Count > 5, string.Join(", ", needed));
        Assert.All(needed, name => Assert.Contains($"COPY src/{name}/*.csproj src/{name}/packages.lock.json src/{name}/", image, StringComparison.Ordinal));

        void Add(string name)
        {
            if (needed.Add(name))
            {
                foreach (Match reference in Reference().Matches(File.ReadAllText(Path.Combine(Samples.Root, "src", name, name + ".csproj"))))
                {
                    Add(reference.Groups[1].Value);
                }
            }
        }
    }

    [GeneratedRegex(@"<ProjectReference Include=""\.\./([\w.]+)/")]
    private static partial Regex Reference();
}
