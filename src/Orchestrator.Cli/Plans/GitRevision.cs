using System.ComponentModel;
using System.Diagnostics;
using Orchestrator.Domain.Documents;
using Orchestrator.PlanFiles;

namespace Orchestrator.Cli.Plans;

/// <summary>A file as a revision of git has it: <c>git:main:plans/chat.yaml</c>.</summary>
internal static class GitRevision
{
    private const string Prefix = "git:";

    /// <summary>Longest time that git takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>True for a name of this form.</summary>
    public static bool Is(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads the file. The path counts from the current folder.</summary>
    public static PlanInput Read(string name)
    {
        var parts = name[Prefix.Length..].Split(':', 2);
        if (parts is not [{ Length: > 0 } revision, { Length: > 0 } path])
        {
            throw Failure.Invalid($"{name} must be git:REVISION:PATH, such as git:main:plans/chat.yaml.");
        }

        if (revision.StartsWith('-'))
        {
            throw Failure.Invalid($"{revision} is no revision: it begins with a hyphen.");
        }

        var place = Path.IsPathRooted(path) ? Path.GetRelativePath(Environment.CurrentDirectory, path) : path;
        return new PlanInput(name, null, PlanSource.Of(Show(name, $"{revision}:./{place.Replace('\\', '/')}")));
    }

    private static byte[] Show(string name, string thing)
    {
        using var git = new Process
        {
            StartInfo = new ProcessStartInfo("git", ["show", "--no-textconv", thing])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        try
        {
            git.Start();
        }
        catch (Win32Exception missing)
        {
            throw Failure.Invalid($"{name} needs git: {missing.Message}");
        }

        // One byte more than a plan may have, so that the reader itself says the limit.
        var bytes = new byte[DocumentLimits.Plan.Bytes + 1];
        var told = git.StandardError.ReadToEndAsync();
        var length = git.StandardOutput.BaseStream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == bytes.Length || !git.WaitForExit(Longest))
        {
            git.Kill(entireProcessTree: true);
            return bytes;
        }

        return git.ExitCode == 0 ? bytes[..length]
            : throw new Failure(ExitCode.NotFound, $"{name}: {told.GetAwaiter().GetResult().Trim().Split('\n')[0]}");
    }
}
