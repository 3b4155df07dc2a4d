import assert from 'node:assert/strict';
import { resolveVariables } from '../../../src/servers/variables.ts';
import { sources } from './support/registry.ts';

describe('Variables', () => {
  const resolve = (text: string, port?: number): string =>
    resolveVariables('mine', text, sources, port === undefined ? {} : { port });

  it('are replaced wherever they stand', () => {
    assert.equal(resolve('${workspaceFolder}/a:${userHome}', 1), '/work/first/a:/home/somebody');
    assert.equal(resolve('${workspaceFolder:second}${pathSeparator}x'), '/work/second/x');
    assert.equal(resolve('${env:COLOUR} ${config:editor.tabSize}'), 'green 2');
    assert.equal(resolve('http://127.0.0.1:${port}/mcp', 8080), 'http://127.0.0.1:8080/mcp');
  });

  it('of secrets are replaced within longer texts, and what a secret says is not looked at', () => {
    const secret = (name: string): string => `<${name} \${port}>`;
    assert.equal(
      resolveVariables('mine', 'Bearer ${secret:a.b-c_1} ${env:COLOUR}', sources, { secret }),
      'Bearer <a.b-c_1 ${port}> green',
    );
  });

  it('mean the folder whose settings hold the definition', () => {
    assert.equal(
      resolveVariables('mine', '${workspaceFolder}', { ...sources, folder: '/work/second' }),
      '/work/second',
    );
  });

  it('leave text without them alone', () => {
    assert.equal(resolve('$HOME {port} $${x'), '$HOME {port} $${x');
  });

  const wrong: [text: string, message: RegExp][] = [
    ['${workspaceFoldr}', /\$\{workspaceFoldr\}: there is no such variable\. Did you mean \$\{workspaceFolder\}\?/],
    ['${nonsense}', /Known are \$\{workspaceFolder\}/],
    ['${workspaceFolder:third}', /no such workspace folder/],
    ['${env:MISSING}', /environment variable is not set/],
    ['${config:missing}', /setting has no value/],
    ['${port}', /no port here/],
    ['${secret:token}', /\$\{secret:token\}: there is no such secret here/],
    ['${secret}', /does not say which secret\. Did you mean \$\{secret:name\}\?/],
    ['${secret:}', /Did you mean \$\{secret:name\}\?/],
    ['${secrets:token}', /no such variable\. Did you mean \$\{secret:token\}\?/],
    ['${secret: my token}', /letters, digits.* Did you mean \$\{secret:my_token\}\?/],
    ['${secret:../other}', /letters, digits/],
    [`\${secret:${'x'.repeat(101)}}`, /at most 100/],
    ['${input:name}', /not supported yet/],
    ['${constructor}', /no such variable/],
  ];
  for (const [text, message] of wrong) {
    it(`that cannot be resolved are an error, never passed on: ${text}`, () => {
      assert.throws(() => resolve(text), { kind: 'config', server: 'mine', message });
    });
  }
});
