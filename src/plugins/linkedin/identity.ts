import { t } from '@vscode/l10n';
import { LinkedInError } from './linkedInError.ts';

/** What a page of LinkedIn is about. */
export type Subject = 'person' | 'company';

/** One page of LinkedIn. */
export interface Identity {
  /** The part of the address that names it: `satyanadella`. */
  slug: string;
  url: string;
}

interface Rules {
  /** Parameters that may name it, whichever the caller knows. */
  spellings: readonly string[];
  /** First parts of the paths of such pages. */
  routes: readonly string[];
  slug: RegExp;
  /** Names that mean somebody else than they say. */
  reserved: readonly string[];
}

/** UTF-16 units of what a caller may hand over. */
const LONGEST_INPUT = 2000;
/** UTF-16 units of it that a message repeats. */
const LONGEST_SHOWN = 300;

const rules: Readonly<Record<Subject, Rules>> = {
  person: {
    spellings: ['linkedin_username', 'username', 'profile', 'url'],
    routes: ['in'],
    slug: /^[\p{L}\p{M}\p{N}_-]{1,200}$/u,
    // "/in/me/" is whoever is signed in.
    reserved: ['me'],
  },
  company: {
    spellings: ['company_name', 'company', 'url'],
    routes: ['company', 'school', 'showcase'],
    // Some companies took the name of their site: "booking.com".
    slug: /^(?!\.+$)[\p{L}\p{M}\p{N}_.-]{1,200}$/u,
    reserved: [],
  },
};

/** Whether a parameter of an action says which page is meant. */
export function namesPage(subject: Subject, parameter: string): boolean {
  return rules[subject].spellings.includes(parameter);
}

/** The page that the parameters name, by its own name or by an address. Throws `LinkedInError` of kind validation. */
export function readIdentity(subject: Subject, parameters: Readonly<Record<string, unknown>>): Identity {
  const { spellings } = rules[subject];
  const given = spellings.flatMap((spelling) => {
    const value = parameters[spelling];
    return typeof value === 'string' && value.trim() !== '' ? [slugOf(subject, value.trim())] : [];
  });
  const [slug, ...others] = given;
  if (slug === undefined) throw refused(t('One of these parameters is needed: {0}.', spellings.join(', ')));
  const other = others.find((candidate) => candidate !== slug);
  if (other !== undefined) throw refused(t('The parameters name two pages, “{0}” and “{1}”.', slug, other));
  const route = subject === 'person' ? 'in' : 'company';
  return { slug, url: `https://www.linkedin.com/${route}/${encodeURIComponent(slug)}/` };
}

function slugOf(subject: Subject, text: string): string {
  const { slug: pattern, reserved } = rules[subject];
  // What parsers of addresses drop or take for a slash would make another page of it.
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (text.length > LONGEST_INPUT || /[\u0000-\u001f\u007f\\]/.test(text.split(/[?#]/, 1)[0] ?? ''))
    throw unusable(subject, text);
  const segment = isAddress(text) ? segmentOf(subject, text) : text;
  const slug = decodeOnce(segment);
  if (slug === undefined || !pattern.test(slug)) throw unusable(subject, text);
  if (reserved.includes(slug.toLowerCase())) {
    throw refused(
      t('“{0}” is whoever is signed in to LinkedIn. Give the name that stands in the address of the page.', slug),
    );
  }
  return slug;
}

function isAddress(text: string): boolean {
  return text.includes('/') || /^(?:[a-z0-9-]+\.)*linkedin\.com(?:$|[:?#])/i.test(text);
}

/** The part of an address that names the page: `https://de.linkedin.com/in/NAME/details/skills/?trk=…`. */
function segmentOf(subject: Subject, text: string): string {
  const [, scheme = 'https', host, port, path = ''] =
    /^(?:(https?):)?(?:\/\/)?([a-z0-9.-]*)(?::(\d+))?(\/[^?#]*)?(?:[?#].*)?$/is.exec(text) ?? [];
  if (host === undefined || !isOwnHost(host, text)) throw unusable(subject, text);
  const usual = scheme.toLowerCase() === 'http' ? '80' : '443';
  if (port !== undefined && port !== usual) throw unusable(subject, text);
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  // A browser would resolve these to another page, or to none.
  if (segments.some((segment) => segment === '' || /^\.{1,2}$/.test(decodeOnce(segment) ?? '..')))
    throw unusable(subject, text);
  // The pages of the mobile web.
  if (segments[0]?.toLowerCase() === 'mwlite') segments.splice(0, segments[1]?.toLowerCase() === 'profile' ? 2 : 1);
  const [route = '', segment = ''] = segments;
  if (rules[subject].routes.includes(route.toLowerCase())) return segment;
  throw refused(
    subject === 'person'
      ? t('“{0}” is no address of a person; those look like https://www.linkedin.com/in/NAME/.', shown(text))
      : t('“{0}” is no address of a company; those look like https://www.linkedin.com/company/NAME/.', shown(text)),
  );
}

/** Without a host it is a path of LinkedIn itself, as its servers hand them out: `/in/NAME/`. */
function isOwnHost(host: string, text: string): boolean {
  if (host === '') return /^\/[^/]/.test(text);
  if (/^(?:[a-z0-9-]+\.)*lnkd\.in\.?$/i.test(host)) {
    throw refused(t('“{0}” is a short link. Open it, and give the address that it leads to.', shown(text)));
  }
  return /^(?:[a-z0-9-]+\.)*linkedin\.com\.?$/i.test(host);
}

/** Undefined for escapes that are broken, or hide further escapes. */
function decodeOnce(segment: string): string | undefined {
  try {
    const decoded = decodeURIComponent(segment);
    return decoded.includes('%') ? undefined : decoded.normalize();
  } catch {
    return undefined;
  }
}

function unusable(subject: Subject, text: string): LinkedInError {
  return refused(
    subject === 'person'
      ? t(
          '“{0}” names no person on LinkedIn. Give the name in the address of the profile, or the address: https://www.linkedin.com/in/NAME/.',
          shown(text),
        )
      : t(
          '“{0}” names no company on LinkedIn. Give the name in the address of its page, or the address: https://www.linkedin.com/company/NAME/.',
          shown(text),
        ),
  );
}

function refused(message: string): LinkedInError {
  return new LinkedInError({ kind: 'validation', code: 'parameters', message });
}

/** All of it or nothing: who masks secrets in messages cannot find one that was cut. */
function shown(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  return text.length > LONGEST_SHOWN ? '…' : text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
