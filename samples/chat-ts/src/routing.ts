import { type Client, OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import type { Settings } from './settings.ts';

/** Who writes, as far as a rollout may ask. */
export interface User {
  readonly id: string;
  readonly region?: string;
  readonly usage?: string;
  readonly internal?: boolean;
  readonly trusted?: boolean;
}

/** Which path a user gets, and the segments by which the rollout measures them: keys joined by commas, as a sample names them; empty for none. */
export interface Routed {
  readonly isNew: boolean;
  readonly segments: string;
}

/** Asks the orchestrator which path a user gets. Whatever goes wrong reads as legacy. */
export class Routing {
  readonly #client: Client;
  /** Whether requests are mirrored to the new path. */
  shadowing = false;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect({ orchestrator, evaluationKey, routingTimeout }: Settings): Promise<Routing> {
    const provider = new OFREPProvider({
      baseUrl: orchestrator,
      headers: [['X-API-Key', evaluationKey]],
      fetchImplementation: (request) => fetch(request, { signal: AbortSignal.timeout(routingTimeout) }),
    });
    await OpenFeature.setProviderAndWait(provider);
    return new Routing(OpenFeature.getClient());
  }

  async route({ id, ...attributes }: User): Promise<Routed> {
    const { value, flagMetadata } = await this.#client.getBooleanDetails('useNewArchitecture', false, { targetingKey: id, ...attributes });
    const { segments } = flagMetadata;
    return { isNew: value, segments: typeof segments === 'string' ? segments : '' };
  }

  /** A flag of the phase and not of the user: asked once a report instead of once a message. Where no phase sets it, it is false. */
  async refresh(): Promise<void> {
    this.shadowing = await this.#client.getBooleanValue('shadowProcessingEnabled', false);
  }
}
