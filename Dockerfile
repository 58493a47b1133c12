# Builds and runs src/Orchestrator.Silo. The data folder /data is a volume: everything that must survive is there.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# What decides the packages comes first, so that a change of code does not restore them again.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Orchestrator.Domain/*.csproj src/Orchestrator.Domain/packages.lock.json src/Orchestrator.Domain/
COPY src/Package.props src/
COPY src/Orchestrator.Contracts/*.csproj src/Orchestrator.Contracts/packages.lock.json src/Orchestrator.Contracts/
COPY src/Orchestrator.Grains/*.csproj src/Orchestrator.Grains/packages.lock.json src/Orchestrator.Grains/
COPY src/Orchestrator.Storage/*.csproj src/Orchestrator.Storage/packages.lock.json src/Orchestrator.Storage/
COPY src/Orchestrator.PlanFiles/*.csproj src/Orchestrator.PlanFiles/packages.lock.json src/Orchestrator.PlanFiles/
COPY src/Orchestrator.Api.Client/*.csproj src/Orchestrator.Api.Client/packages.lock.json src/Orchestrator.Api.Client/
COPY src/Orchestrator.Api/*.csproj src/Orchestrator.Api/packages.lock.json src/Orchestrator.Api/
COPY src/Orchestrator.Dashboard/*.csproj src/Orchestrator.Dashboard/packages.lock.json src/Orchestrator.Dashboard/
COPY src/Orchestrator.Silo/*.csproj src/Orchestrator.Silo/packages.lock.json src/Orchestrator.Silo/
RUN dotnet restore src/Orchestrator.Silo --locked-mode
COPY .editorconfig ./
COPY eng/ eng/
COPY src/ src/
RUN dotnet publish src/Orchestrator.Silo -c Release -o /app --no-restore

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# pg_dump and pg_restore, for backups of a cluster. They must not be older than the server, so they come from PostgreSQL's own packages, in the version of docker-compose.yml.
ARG POSTGRES_VERSION=17
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends "postgresql-client-$POSTGRES_VERSION" \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app ./
# Inside a container loopback would reach nobody; who may come in is what the container's ports say.
ENV ASPNETCORE_URLS=http://0.0.0.0:5080 \
    Orchestrator__Data=/data
RUN mkdir /data && chown $APP_UID /data
VOLUME /data
USER $APP_UID
EXPOSE 5080
# SIGTERM: the silo ends what it has begun, then stops.
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "Orchestrator.Silo.dll"]
