import { type ChatMessage, type ChatPath, type Incoming, UnknownProtocol, escapeHtml } from './chatPath.ts';

/** The old way: everything becomes a line of the plain text protocol, `MSG room user :text`, and is taken apart again. */
export class LegacyPath implements ChatPath {
  handle(incoming: Incoming): ChatMessage {
    if (incoming.contentType !== 'text/plain') throw new UnknownProtocol('The plain text protocol knows text/plain only.');
    const text = incoming.text.replace(/\s+/g, ' ').trim();
    return parse(`MSG ${encodeURIComponent(incoming.room)} ${encodeURIComponent(incoming.userId)} :${text}\r\n`);
  }
}

function parse(line: string): ChatMessage {
  const [, room, userId, said] = /^MSG (\S+) (\S+) :(.*)\r\n$/.exec(line)!;
  const action = said === '/me' || said!.startsWith('/me ');
  const text = action ? said!.slice(4) : said!;
  const mentions = new Set(text.split(' ').filter((word) => word.length > 1 && word.startsWith('@')).map((word) => word.slice(1)));
  return {
    room: decodeURIComponent(room!), userId: decodeURIComponent(userId!), kind: action ? 'action' : 'say', text: escapeHtml(text), mentions: [...mentions],
  };
}
