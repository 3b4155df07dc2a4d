import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Tool } from '../../../../src/api.ts';
import type { Subject } from '../../../../src/plugins/linkedin/identity.ts';
import { chooseArguments, chooseTool } from '../../../../src/plugins/linkedin/toolArguments.ts';

const identity = { slug: 'ada', url: 'https://www.linkedin.com/in/ada/' };

function tool(name: string, properties: object, required?: unknown): Tool {
  return { name, inputSchema: { type: 'object', properties, ...(required === undefined ? {} : { required }) } };
}

function chosen(subject: Subject, properties: object, required?: unknown, parameters = {}): Record<string, unknown> {
  return chooseArguments(subject, tool('x', properties, required), identity, parameters, () => {});
}

describe('The tool for a LinkedIn action', () => {
  it('is the one of the running server, whatever its generation calls it', () => {
    const names = ['search_people', 'get_linkedin_profile', 'get_company_profile', 'get_linkedin_company'];
    const tools = names.map((name) => tool(name, {}));
    assert.equal(chooseTool('person', tools, 'linkedin').name, 'get_linkedin_profile');
    assert.equal(chooseTool('company', tools, 'linkedin').name, 'get_company_profile');
    assert.throws(() => chooseTool('person', [tool('echo', {})], 'linkedin'), { message: /It offers: echo/ });
  });

  it('gets the page under the name that its schema has, as a name or an address', () => {
    const text = { type: 'string' };
    const cases: [Subject, object, unknown, string][] = [
      ['person', { linkedin_username: text, sections: {} }, ['linkedin_username'], 'linkedin_username'],
      ['person', { username: text }, ['username'], 'username'],
      ['person', { user: text, with_skills: {} }, ['user'], 'user'],
      ['person', { user: text, username: text }, ['user'], 'user'],
      ['person', { username: text }, undefined, 'username'],
      ['person', { username: text }, 'nonsense', 'username'],
      ['person', { whatever: text }, ['whatever'], 'whatever'],
      ['person', {}, undefined, 'linkedin_username'],
      ['company', { company_name: text, get_employees: {} }, ['company_name'], 'company_name'],
      ['company', { company: text, timeout: {} }, ['company'], 'company'],
      ['company', { keyword: text }, ['keyword'], 'keyword'],
    ];
    for (const [subject, properties, required, name] of cases) {
      assert.deepEqual(chosen(subject, properties, required), { [name]: 'ada' });
    }
    for (const name of ['url', 'profile_url', 'linkedin_url', 'profileLink']) {
      assert.deepEqual(chosen('person', { [name]: text }, [name]), { [name]: identity.url });
    }
  });

  it('gets further parameters that it knows, lists as texts where it wants texts', () => {
    const parameters = { username: 'ada', url: 'x', sections: ['a', 'b'], max_scrolls: 2, unknown: 1, toString: 1 };
    const properties = { username: {}, sections: { anyOf: [{ type: 'string' }, { type: 'null' }] }, max_scrolls: {} };
    assert.deepEqual(chosen('person', properties, ['username'], parameters), {
      username: 'ada',
      sections: 'a,b',
      max_scrolls: 2,
    });
    for (const schema of [
      { type: 'array' },
      { type: ['array', 'null'] },
      { anyOf: [{ type: 'array' }, { type: 'null' }] },
    ]) {
      const { sections } = chosen('person', { username: {}, sections: schema }, ['username'], parameters);
      assert.deepEqual(sections, ['a', 'b']);
    }
  });
});
