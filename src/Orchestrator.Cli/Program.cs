using Orchestrator.Cli;
using Orchestrator.Cli.Output;

return await RolloutCommandLine.Run(args, Terminal.OfProcess());
