import { type ChatMessage, type ChatPath, type Incoming, UnknownProtocol, escapeHtml } from './chatPath.ts';

/** The stream of events that any protocol is parsed into, in the manner of AG-UI. */
type ChatEvent =
  | { readonly type: 'start'; readonly kind: ChatMessage['kind'] }
  | { readonly type: 'content'; readonly delta: string }
  | { readonly type: 'mention'; readonly name: string };

/** Turns the payload of one protocol into events; knows nothing of transports. */
type Parser = (payload: string) => Iterable<ChatEvent>;

/** The new way: the parser of the content type makes events, and the events make the message. A protocol more is a parser more. */
export class AgnosticPath implements ChatPath {
  readonly #parsers = new Map<string, Parser>([['text/plain', plainText], ['application/json', json]]);

  handle({ room, userId, contentType, text: payload }: Incoming): ChatMessage {
    const parser = this.#parsers.get(contentType);
    if (!parser) throw new UnknownProtocol(`No parser for ${contentType}.`);
    let kind: ChatMessage['kind'] = 'say';
    let text = '';
    const mentions = new Set<string>();
    for (const event of parser(payload)) {
      switch (event.type) {
        case 'start': kind = event.kind; break;
        case 'content': text += event.delta; break;
        case 'mention': mentions.add(event.name); break;
      }
    }
    return { room, userId, kind, text, mentions: [...mentions] };
  }
}

function* plainText(payload: string): Generator<ChatEvent> {
  const words = payload.split(/\s+/).filter((word) => word !== '');
  const action = words[0] === '/me';
  if (action) words.shift();
  yield { type: 'start', kind: action ? 'action' : 'say' };
  for (const [at, word] of words.entries()) {
    yield { type: 'content', delta: (at > 0 ? ' ' : '') + escapeHtml(word) };
    if (word.length > 1 && word.startsWith('@')) yield { type: 'mention', name: word.slice(1) };
  }
}

function json(payload: string): Iterable<ChatEvent> {
  let text: unknown;
  try {
    text = (JSON.parse(payload) as { text?: unknown } | null)?.text;
  } catch {
    text = undefined;
  }
  if (typeof text !== 'string') throw new UnknownProtocol('A JSON message is an object with a text.');
  return plainText(text);
}
