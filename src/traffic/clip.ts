import { ownText } from '../base/ownText.ts';
import type { Redactor } from '../base/redact.ts';

/** Shortens texts, which a server or a hostile file may have made as long as it likes. */
export type Clip = (text: string) => string;

/** UTF-16 units of a name, id or note that are kept beside the bytes. */
const TEXT_LENGTH = 1024;

/** Masks a text before it cuts it: of half a secret, the mask would no longer know that it is one. */
export function clipper(redactor: Pick<Redactor, 'text'>): Clip {
  return (text) => (text.length <= TEXT_LENGTH ? text : ownText(redactor.text(text).slice(0, TEXT_LENGTH)));
}
