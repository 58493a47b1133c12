// ASP.NET Core has an IRouter of its own among the usings that come by themselves.
global using IRouter = Orchestrator.Client.IRouter;
