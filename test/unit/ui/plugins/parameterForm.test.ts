import assert from 'node:assert/strict';
import {
  answerText,
  parameterSteps,
  type ParameterStep,
  readAnswer,
} from '../../../../src/ui/plugins/parameterForm.ts';

const text = { type: 'string' };

function stepsOf(schema: Record<string, unknown>): readonly ParameterStep[] {
  const steps = parameterSteps({ type: 'object', ...schema });
  assert.ok(steps);
  return steps;
}

function only(property: object, required = true): ParameterStep {
  const [step] = stepsOf({ properties: { it: property }, required: required ? ['it'] : [] });
  assert.ok(step);
  return step;
}

describe('questions for parameters', () => {
  it('are none where an action takes no parameters', () => {
    assert.deepEqual(parameterSteps({ type: 'object' }), []);
    assert.deepEqual(parameterSteps({ type: 'object', properties: {} }), []);
  });

  it('begin with what has to be there, under the titles and explanations of the schema', () => {
    const properties = { a: text, b: { ...text, title: 'The B', description: 'What b is' } };
    const steps = stepsOf({ properties, required: ['b'] });
    assert.deepEqual(
      steps.map(({ name, title, description, isRequired }) => ({ name, title, description, isRequired })),
      [
        { name: 'b', title: 'The B', description: 'What b is', isRequired: true },
        { name: 'a', title: 'a', description: '', isRequired: false },
      ],
    );
  });

  for (const keyword of ['anyOf', 'oneOf']) {
    it(`ask for the first of several alternatives only (${keyword})`, () => {
      const properties = { username: text, url: text, sections: text };
      const steps = stepsOf({ properties, [keyword]: [{ required: ['username'] }, { required: ['url'] }] });
      assert.deepEqual(
        steps.map(({ name, isRequired }) => [name, isRequired]),
        [
          ['username', true],
          ['sections', false],
        ],
      );
    });
  }

  it('give way to the JSON editor where there are many, or one is not simple', () => {
    const many = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, text]));
    const schemas = [
      { properties: many },
      { properties: { list: { type: 'array', items: text } } },
      { properties: { object: { type: 'object' } } },
      { properties: { anything: {} } },
      { properties: { anything: true } },
      { properties: { either: { type: ['number', 'boolean'] } } },
      { properties: { a: text }, allOf: [{ required: ['a'] }] },
      { properties: { a: text }, if: { required: ['a'] } },
      { properties: { a: { $ref: '#/$defs/a' } } },
    ];
    for (const schema of schemas) assert.equal(parameterSteps(schema), undefined, JSON.stringify(schema));
  });

  it('take text where a schema takes text or a list, and leave null out', () => {
    assert.deepEqual(only({ type: ['string', 'array'] }).input, { kind: 'text', isSecret: false });
    assert.deepEqual(only({ type: ['integer', 'null'] }).input, { kind: 'number' });
    assert.deepEqual(only({ anyOf: [{ type: 'number' }, { type: 'null' }] }).input, { kind: 'number' });
    assert.deepEqual(only({ anyOf: [{ type: 'array' }, { type: 'string' }] }).input, { kind: 'text', isSecret: false });
  });

  it('offer the values that a schema lists, and yes or no', () => {
    const values = (step: ParameterStep): unknown =>
      step.input.kind === 'choice' && step.input.choices.map(({ label, value }) => [label, value]);
    assert.deepEqual(values(only({ enum: ['small', 2, null] })), [
      ['small', 'small'],
      ['2', 2],
      ['null', null],
    ]);
    assert.deepEqual(values(only({ oneOf: [{ const: 'a', title: 'The first' }, { const: 'b' }] })), [
      ['The first', 'a'],
      ['b', 'b'],
    ]);
    assert.deepEqual(values(only({ type: 'boolean' })), [
      ['Yes', true],
      ['No', false],
    ]);
  });

  it('hide what is secret', () => {
    assert.deepEqual(only({ type: 'string', format: 'password' }).input, { kind: 'text', isSecret: true });
  });

  it('show nothing in names and explanations that could disguise them', () => {
    const { title, description } = only({ ...text, title: 'a\u202eb\n', description: 'c\u0000d' });
    assert.deepEqual([title, description], ['ab', 'cd']);
  });
});

describe('an answer', () => {
  it('may be left out where it is optional only', () => {
    assert.deepEqual(readAnswer(only(text, false), ''), { value: undefined });
    assert.deepEqual(readAnswer(only(text), ''), { problem: 'A value is needed.' });
    assert.deepEqual(readAnswer(only(text), '  '), { problem: 'A value is needed.' });
  });

  it('is a number where one is asked for', () => {
    assert.deepEqual(readAnswer(only({ type: 'number' }), '1.5'), { value: 1.5 });
    assert.deepEqual(readAnswer(only({ type: 'number' }), 'many'), { problem: 'Write a number.' });
    assert.ok('problem' in readAnswer(only({ type: 'integer' }), '1.5'));
    assert.ok('problem' in readAnswer(only({ type: 'integer', maximum: 5 }), '6'));
  });

  it('fits the schema of its parameter', () => {
    const step = only({ type: 'string', minLength: 3, pattern: '^a' });
    assert.deepEqual(readAnswer(step, 'abc'), { value: 'abc' });
    assert.ok('problem' in readAnswer(step, 'ab'));
    assert.ok('problem' in readAnswer(step, 'bcd'));
  });

  it('stands in its box again as it was written', () => {
    for (const value of ['text', 2, true]) assert.equal(answerText(value), String(value));
    assert.equal(answerText(undefined), '');
  });
});
