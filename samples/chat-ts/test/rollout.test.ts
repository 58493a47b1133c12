import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { User } from '../src/routing.ts';
import { Chat, each } from './chat.ts';
import { Orchestrator } from './orchestrator.ts';
import { Story } from './story.ts';

/** A week in five seconds. */
const speed = 120_960;
const rollout = 'chat-ts';
const usages = ['light', 'moderate', 'heavy'];

/** Five hundred people; 2 % are of the team, 6 % trusted: the 8 % that the plan counts on. */
const users: readonly User[] = Array.from({ length: 500 }, (_, i) => ({
  id: `user-${i}`, region: ['eu', 'us', 'apac'][i % 3]!, usage: usages[Math.floor(i / 3) % 3]!, internal: i % 50 === 7, trusted: i % 50 >= 47,
}));

let orchestrator: Orchestrator;
let chat: Chat | undefined;

before(async () => { orchestrator = await Orchestrator.start(speed); });

after(async () => {
  try {
    await chat?.stop();
  } finally {
    await orchestrator?.stop();
  }
});

test('beta, 25 % and an automatic rollback', async () => {
  const env = await prepared();
  const people = (verb: string, body: object = {}) => orchestrator.call('POST', `/api/v1/rollouts/${rollout}/${verb}`, body);
  const story = new Story(orchestrator.events(rollout));
  chat = await Chat.start(users, 'ok', env);
  chat.write();
  await people('start');
  await tick('validation');
  await story.until('PhaseStarted', ({ data }) => data.phase === 'shadow');
  assert.deepEqual(await chat.onNew(), [], 'somebody is on new before beta');
  await tick('shadow');

  await story.until('StepStarted', ({ data }) => data.phase === 'beta');
  const beta = await agreed(chat);
  assert.ok(beta.length > 0, 'nobody is in beta');
  assert.deepEqual(beta.filter(({ internal, trusted }) => !internal && !trusted), [], 'on new without being a beta user');
  chat.heavy = beta;
  await tick('beta');
  const { data: { review } } = await story.until('ReviewOpened');
  await people('approve', { review, reason: 'The numbers look good.' });
  // The samples said whose they were: the step waited for the cohort itself, not only for somebody.
  const { data: { evidence } } = await story.until('StepCompleted');
  assert.ok(evidence.some(({ text }: any) => text.includes('requests in beta')), JSON.stringify(evidence));

  await story.until('StepStarted', ({ data }) => data.step === '3a-10');
  chat.heavy = await onNewByExplain();
  await story.until('StepStarted', ({ data }) => data.step === '3a-25');
  await people('pause', { reason: 'We look at who is on new.' });
  const quarter = await agreed(chat);
  assert.equal((await orchestrator.call('GET', `/api/v1/rollouts/${rollout}`)).percentage, 25);
  // Five standard deviations of a fair draw of five hundred.
  const share = quarter.filter(({ id }) => !beta.some((user) => user.id === id)).length / (users.length - beta.length);
  assert.ok(Math.abs(share - 0.25) < 0.1, `${share} of the others are on new`);
  assert.deepEqual(beta.filter(({ id }) => !quarter.some((user) => user.id === id)), [], 'left new though the share grew');

  // A bad build, at night; no operator acts from here on. A pause stops advancing, never a rollback.
  await chat.stop();
  chat = await Chat.start(users, 'failing', env);
  chat.heavy = quarter;
  chat.write();
  const fired = await story.until('TriggerFired', ({ data }) => data.action === 'rollback');
  assert.ok(fired.data.evidence.observed > 0.002, fired.data.evidence.text);
  const rolledBack = await story.until('RolledBack');
  assert.equal(rolledBack.data.trigger, fired.data.trigger);
  await orchestrator.answers(env.CHAT_EVALUATION_KEY, ({ reason }) => reason === 'DISABLED');
  assert.deepEqual(await chat.onNew(), [], 'somebody is on new after the rollback');
  assert.equal((await orchestrator.call('GET', `/api/v1/rollouts/${rollout}`)).status, 'rolledBack');
  assert.equal((await orchestrator.call('GET', `/api/v1/rollouts/${rollout}/verify`)).intact, true);

  /** Who is on new, after the orchestrator, the chat server and the law of buckets agreed on each user. */
  async function agreed(chat: Chat): Promise<readonly User[]> {
    const { percentage, step } = await orchestrator.call('GET', `/api/v1/rollouts/${rollout}`);
    await orchestrator.answers(env.CHAT_EVALUATION_KEY, ({ metadata }) => metadata.step === step);
    const explained = await each(users, (user) => orchestrator.explain(user));
    const expected = users.filter((_, at) => explained[at]!.value);
    assert.deepEqual(await chat.onNew(), expected.map(({ id }) => id), 'the chat server and the orchestrator disagree');
    const byBucket = users.filter((_, at) => explained[at]!.bucket < percentage * 1000);
    assert.deepEqual(byBucket.filter((user) => !expected.includes(user)), [], 'below the percentage and not on new');
    assert.deepEqual(expected.filter((user) => !byBucket.includes(user) && !user.internal && !user.trusted), [], 'neither below the percentage nor of the team');
    return expected;
  }
});

async function onNewByExplain(): Promise<User[]> {
  const explained = await each(users, (user) => orchestrator.explain(user));
  return users.filter((_, at) => explained[at]!.value);
}

/** Ticks the required objectives of a phase. */
async function tick(phase: string): Promise<void> {
  const { objectives } = await orchestrator.call('GET', `/api/v1/rollouts/${rollout}`);
  for (const { name } of objectives.filter((one: any) => one.required && one.phase === phase)) {
    await orchestrator.call('POST', `/api/v1/rollouts/${rollout}/complete-objective`, { objective: name });
  }
}

/** The strategy as a rollout, and what the chat server has to know of it. */
async function prepared() {
  const strategy = readFileSync(new URL('../../../plans/chat-architecture.yaml', import.meta.url), 'utf8');
  // Five minutes pass in two milliseconds here: a machine that is busy for a moment is not a service that is gone.
  const plan = strategy.replace('absent(requests), for: 5m', 'absent(requests), for: 4w');
  assert.notEqual(plan, strategy);
  await orchestrator.call('PUT', '/api/v1/plans/chat-architecture', plan);
  await orchestrator.call('POST', '/api/v1/rollouts', { id: rollout, plan: 'chat-architecture', environment: 'production' });
  return {
    CHAT_ORCHESTRATOR: orchestrator.address,
    CHAT_EVALUATION_KEY: await orchestrator.newKey('evaluation', 'production'),
    CHAT_INGEST_KEY: await orchestrator.newKey('ingest'),
    CHAT_ROLLOUT: rollout,
    // The orchestrator expects a sample at least every half second of real time, however fast its clock is.
    CHAT_PUSH_INTERVAL: '150',
    CHAT_ROUTING_TIMEOUT: '30000',
  };
}
