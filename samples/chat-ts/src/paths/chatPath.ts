/** What a client sent, before anybody looked into it. */
export interface Incoming {
  readonly room: string;
  readonly userId: string;
  readonly contentType: string;
  readonly text: string;
}

export interface ChatMessage {
  readonly room: string;
  readonly userId: string;
  readonly kind: 'say' | 'action';
  readonly text: string;
  readonly mentions: readonly string[];
}

/** One way to make a message of what a client sent. */
export interface ChatPath {
  handle(incoming: Incoming): ChatMessage | Promise<ChatMessage>;
}

/** The path does not know the content type: the client's mistake, not an error of the path. */
export class UnknownProtocol extends Error {}

export function same(one: ChatMessage, other: ChatMessage): boolean {
  return JSON.stringify([one.kind, one.text, one.mentions]) === JSON.stringify([other.kind, other.text, other.mentions]);
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>]/g, (char) => escapes[char]!);
