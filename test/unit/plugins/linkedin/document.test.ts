import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pageDocument } from '../../../../src/plugins/linkedin/document.ts';

const identity = { slug: 'ada', url: 'https://www.linkedin.com/in/ada/' };
const document = (data: unknown): string => pageDocument(identity, data);

describe('A LinkedIn page as a document', () => {
  it('has its sections with the links that stood in them', () => {
    const data = {
      url: identity.url,
      sections: { main_profile: 'Ada\nAnalyst\n\nLondon', about: '' },
      references: {
        main_profile: [
          { kind: 'person', url: '/in/charles/', text: 'Charles' },
          { kind: 'company', url: 'https://www.linkedin.com/company/acme/', text: 'Acme (old)', context: 'experience' },
          { kind: 'company_urn', value: '1115' },
        ],
      },
    };
    assert.equal(
      document(data),
      `# ada

<https://www.linkedin.com/in/ada/>

## Main profile

Ada  
Analyst

London

### References

- [Charles](<https://www.linkedin.com/in/charles/>) (person)
- [Acme (old)](<https://www.linkedin.com/company/acme/>) (company, experience)
- 1115 (company\\_urn)
`,
    );
  });

  it('has the fields of a structured profile, positions under their titles', () => {
    const data = {
      name: 'Ada Lovelace',
      about: 'First.\nSecond.',
      location: 'London',
      skills: ['Analysis', 'Poetry'],
      experiences: [{ position_title: 'Analyst', institution_name: 'Acme', url: 'https://acme.example/' }, 'Freelance'],
      educations: [],
      job_title: null,
    };
    assert.equal(
      document({ result: [data] }),
      `# Ada Lovelace

<https://www.linkedin.com/in/ada/>

- **Location:** London
- **Skills:** Analysis, Poetry

## About

First.  
Second.

## Experiences

### Analyst

- **Institution name:** Acme
- **Url:** <https://acme.example/>

Freelance
`,
    );
  });

  it('has no markup that stands in the data', () => {
    const hostile = [
      '<script>alert(1)</script>',
      '[click](command:workbench.action.quit)',
      '![spy](https://evil.example/pixel.png)',
      '# Heading',
      '- item',
      '+ item',
      '1. item',
      '> quote',
      '---',
      '===',
      '    code',
      '`code` ```fence',
      '| a | b |',
      '$x$ $(gear)',
      '&lt;b&gt;',
      '<!-- comment -->',
      'a\u202egnp.exe',
      '\u001b]8;;https://evil.example\u0007x',
      '\\[escaped',
    ].join('\n');
    for (const data of [
      { sections: { main: hostile } },
      { sections: { [hostile]: 'x' } },
      { name: hostile, about: hostile },
      { experiences: [{ title: hostile, description: hostile }] },
      { references: { main: [{ text: hostile, url: 'https://www.linkedin.com/a b<c>', context: hostile }] } },
      { section_errors: { main: { error_message: hostile } } },
      hostile,
    ]) {
      const text = document(data);
      for (const line of text.split('\n')) {
        assert.doesNotMatch(line, /(?<!\\)(?:\\\\)*<(?!https:\/\/www\.linkedin\.com\/)/, line);
        assert.doesNotMatch(line, /(?<![\\])[`$|]|(?<!\\)!\[/, line);
        assert.doesNotMatch(line, /(?<!\\)\]\((?!<https:)/, line);
        assert.doesNotMatch(line, /^(?:#{1,6} )?(?:---|===|>|\+ | {4}|\d+\. |# Heading)/, line);
        // eslint-disable-next-line no-control-regex -- it looks for control characters
        assert.doesNotMatch(line, /[\u0000-\u001f\u202e]/, line);
      }
    }
  });

  it('links to pages of the web only', () => {
    for (const url of [
      'javascript:alert(1)',
      'command:x',
      'file:///etc/passwd',
      'vscode://x',
      'data:text/html,x',
      '//',
    ]) {
      const text = document({ references: { main: [{ url, text: 'Somewhere' }] } });
      assert.match(text, /^- Somewhere$/m, url);
    }
  });

  it('stays readable whatever it gets', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 5000; level += 1) deep = { level: [deep, deep] };
    for (const data of [undefined, null, 0, '', [], {}, { sections: 7, references: 'x' }, { name: 7 }, deep]) {
      assert.match(document(data), /^# ada\n/);
    }
    const long = {
      sections: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`s${index}`, 'y'.repeat(5000)])),
    };
    assert.ok(document(long).length < 401_000);
  });
});
