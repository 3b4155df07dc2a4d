import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readIdentity, type Subject } from '../../../../src/plugins/linkedin/identity.ts';

const slug = (subject: Subject, value: string): string => readIdentity(subject, { url: value }).slug;
const refusal = { name: 'LinkedInError', problem: { kind: 'validation', code: 'parameters' } };

function refused(subject: Subject, parameters: Readonly<Record<string, unknown>>): void {
  assert.throws(
    () => readIdentity(subject, parameters),
    (error: Error & { problem?: { kind: string; code: string } }) => {
      const { kind, code } = error.problem ?? {};
      assert.deepEqual({ name: error.name, problem: { kind, code } }, refusal, JSON.stringify(parameters));
      return true;
    },
  );
}

describe('Whom a LinkedIn action is about', () => {
  it('is said by a name under any spelling', () => {
    for (const spelling of ['linkedin_username', 'username', 'profile', 'url']) {
      assert.deepEqual(readIdentity('person', { [spelling]: ' satyanadella ' }), {
        slug: 'satyanadella',
        url: 'https://www.linkedin.com/in/satyanadella/',
      });
    }
    for (const spelling of ['company_name', 'company', 'url']) {
      assert.deepEqual(readIdentity('company', { [spelling]: 'booking.com' }), {
        slug: 'booking.com',
        url: 'https://www.linkedin.com/company/booking.com/',
      });
    }
  });

  it('is said by an address, whatever it was copied from', () => {
    for (const address of [
      'https://www.linkedin.com/in/ada-lovelace',
      'https://www.linkedin.com/in/ada-lovelace/',
      'http://linkedin.com/in/ada-lovelace',
      'HTTPS://WWW.LinkedIn.COM/IN/ada-lovelace/',
      'linkedin.com/in/ada-lovelace/',
      'www.linkedin.com/in/ada-lovelace?trk=people-guest',
      '//www.linkedin.com/in/ada-lovelace#top',
      '/in/ada-lovelace/',
      'https://de.linkedin.com/in/ada-lovelace?originalSubdomain=de',
      'https://m.linkedin.com/mwlite/in/ada-lovelace',
      'https://touch.linkedin.com/mwlite/profile/in/ada-lovelace/',
      'https://www.linkedin.com/in/ada-lovelace/details/experience/',
      'https://www.linkedin.com/in/ada-lovelace/recent-activity/all/?a=/in/bob/',
      'https://www.linkedin.com:443/in/ada-lovelace/',
      'https://www.linkedin.com./in/ada-lovelace/',
      'https://www.linkedin.com/in/%61da-lovelace/',
    ]) {
      assert.equal(slug('person', address), 'ada-lovelace', address);
    }
    for (const address of [
      'https://www.linkedin.com/company/microsoft/about/?viewAsMember=true',
      'https://www.linkedin.com/showcase/microsoft',
      'linkedin.com/school/microsoft/',
      '/company/microsoft/posts',
    ]) {
      assert.equal(slug('company', address), 'microsoft', address);
    }
  });

  it('may be written in any script, escaped or not', () => {
    const address = 'https://www.linkedin.com/in/%D0%B0%D0%B4%D0%B0-%D0%BB/';
    assert.deepEqual(readIdentity('person', { url: address }), {
      slug: 'ада-л',
      url: 'https://www.linkedin.com/in/%D0%B0%D0%B4%D0%B0-%D0%BB/',
    });
    assert.equal(slug('person', 'ада-л'), 'ада-л');
    // Composed or not, it is the same name.
    assert.equal(slug('person', 'rene\u0301'), 'ren\u00e9');
  });

  it('is refused where it leads elsewhere, or nowhere', () => {
    for (const hostile of [
      '..',
      '.',
      'a/../../feed',
      '../../feed',
      'https://www.linkedin.com/in/ada/../../feed/',
      'https://www.linkedin.com/in/ada/%2e%2e/%2e%2e/feed/',
      'https://www.linkedin.com/in/%252e%252e/',
      'https://www.linkedin.com/in/ada%2F..%2Ffeed/',
      'https://www.linkedin.com/in//ada/',
      'https://www.linkedin.com/in/',
      'https://www.linkedin.com/',
      'https://www.linkedin.com/feed/',
      'https://www.linkedin.com:444/in/ada/',
      'http://www.linkedin.com:443/in/ada/',
      'https://linkedin.com.evil.example/in/ada/',
      'https://evil.example/in/ada/',
      'https://evillinkedin.com/in/ada/',
      'https://www.linkedin.com@evil.example/in/ada/',
      'https://user:password@www.linkedin.com/in/ada/',
      'https://www.linkedin.com\\.evil.example/in/ada',
      'https:\\\\www.linkedin.com\\in\\ada',
      'https://www.linkedin.com/in/ada\n/',
      'https://www.linkedin.com/in/%00/',
      'https://www.linkedin.com/in/%ZZ/',
      'https://www.linkedin.com/in/%FF/',
      'https://lnkd.in/abc123',
      'ftp://www.linkedin.com/in/ada/',
      'javascript:alert(1)',
      'file:///in/ada',
      'ada lovelace',
      'ada@example.com',
      'ada;rm -rf',
      '$(id)',
      '${secret:cookie}',
      'a'.repeat(300),
      `https://www.linkedin.com/in/ada/?${'x'.repeat(3000)}`,
      'me',
      'https://www.linkedin.com/in/ME/',
      'https://www.linkedin.com/company/microsoft/',
    ]) {
      refused('person', { url: hostile });
    }
    refused('company', { url: 'https://www.linkedin.com/in/ada/' });
    refused('company', { company: '..' });
    refused('company', { company: '...' });
    refused('company', { company: 'At & T' });
  });

  it('is refused where nobody is named, or two are', () => {
    refused('person', {});
    refused('person', { username: '  ' });
    refused('person', { username: 7 });
    refused('person', { username: 'ada', url: 'https://www.linkedin.com/in/charles/' });
    assert.equal(readIdentity('person', { username: 'ada', url: 'https://www.linkedin.com/in/ada/' }).slug, 'ada');
  });
});
