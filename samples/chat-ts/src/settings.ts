/** What the server is told by its environment. */
export interface Settings {
  readonly port: number;
  /** Where the orchestrator listens. */
  readonly orchestrator: string;
  /** A key of the role evaluation; without one the orchestrator refuses and everybody stays on legacy. */
  readonly evaluationKey: string;
  /** A key of the role ingest. */
  readonly ingestKey: string;
  /** The rollout that this server's numbers belong to; empty: nothing is reported. */
  readonly rollout: string;
  /** Milliseconds between two reports. */
  readonly pushInterval: number;
  /** Milliseconds that a user waits for the question "which path?" before the answer is legacy. */
  readonly routingTimeout: number;
  readonly newPath: NewPathHealth;
}

/** How the new path is: as it should be, failing for three messages in ten, or 800 ms slower. */
export type NewPathHealth = 'ok' | 'failing' | 'slow';

export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  return {
    port: number(env, 'CHAT_PORT', 5090),
    orchestrator: env.CHAT_ORCHESTRATOR ?? 'http://127.0.0.1:5080',
    evaluationKey: env.CHAT_EVALUATION_KEY ?? '',
    ingestKey: env.CHAT_INGEST_KEY ?? '',
    rollout: env.CHAT_ROLLOUT ?? '',
    pushInterval: number(env, 'CHAT_PUSH_INTERVAL', 15_000),
    routingTimeout: number(env, 'CHAT_ROUTING_TIMEOUT', 500),
    newPath: health(env.CHAT_NEW_PATH ?? 'ok'),
  };
}

function number(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
  const value = env[name] === undefined ? fallback : Number(env[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} must be a whole number, but is '${env[name]}'`);
  return value;
}

function health(text: string): NewPathHealth {
  if (text === 'ok' || text === 'failing' || text === 'slow') return text;
  throw new Error(`CHAT_NEW_PATH must be ok, failing or slow, but is '${text}'`);
}
