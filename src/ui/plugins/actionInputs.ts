import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { answerText, type ParameterStep, readAnswer } from './parameterForm.ts';

/** What was answered, and whether the rest is to be written as JSON; undefined where somebody gave up. */
export type Answers = { parameters: Record<string, unknown>; wantsJson: boolean } | undefined;

type Answer = { kind: 'value'; value: unknown } | { kind: 'back' | 'json' | 'gone' };

interface Place {
  title: string;
  step: number;
  of: number;
}

/** Asks for parameters one after the other, with a way back and a way to the JSON editor at each. */
export async function askParameters(title: string, steps: readonly ParameterStep[]): Promise<Answers> {
  const given = new Map<string, unknown>();
  const parameters = (): Record<string, unknown> =>
    Object.fromEntries([...given].filter(([, value]) => value !== undefined));
  for (let index = 0; ;) {
    const step = steps[index];
    if (step === undefined) return { parameters: parameters(), wantsJson: false };
    const place = { title, step: index + 1, of: steps.length };
    const known = given.has(step.name) ? given.get(step.name) : step.initial;
    const answer = await (step.input.kind === 'choice' ? askChoice(place, step, known) : askText(place, step, known));
    switch (answer.kind) {
      case 'gone':
        return undefined;
      case 'json':
        return { parameters: parameters(), wantsJson: true };
      case 'back':
        index -= 1;
        break;
      case 'value':
        given.set(step.name, answer.value);
        index += 1;
    }
  }
}

function askText(place: Place, step: ParameterStep, known: unknown): Promise<Answer> {
  const box = vscode.window.createInputBox();
  box.value = answerText(known);
  box.prompt = promptOf(step);
  box.placeholder = step.isRequired ? '' : t('optional: Enter leaves it out');
  box.password = step.input.kind === 'text' && step.input.isSecret;
  const { promise, resolve } = show(box, place);
  box.onDidChangeValue(() => {
    box.validationMessage = '';
  });
  box.onDidAccept(() => {
    const answer = readAnswer(step, box.value);
    if ('value' in answer) resolve({ kind: 'value', value: answer.value });
    else box.validationMessage = plainMessage(answer.problem, 300);
  });
  return promise;
}

function askChoice(place: Place, step: ParameterStep, known: unknown): Promise<Answer> {
  const choices = step.input.kind === 'choice' ? step.input.choices : [];
  const items = choices.map(({ label, description, value }) => ({
    label: plainMessage(label, 100),
    description: plainMessage(description, 100),
    value,
  }));
  if (!step.isRequired) items.push({ label: t('Leave Out'), description: '', value: undefined });
  const pick = vscode.window.createQuickPick<(typeof items)[number]>();
  pick.items = items;
  pick.placeholder = promptOf(step);
  pick.matchOnDescription = true;
  const current = items.find(({ value }) => value === known);
  if (current !== undefined) pick.activeItems = [current];
  const { promise, resolve } = show(pick, place);
  pick.onDidAccept(() => {
    const [chosen] = pick.activeItems;
    if (chosen !== undefined) resolve({ kind: 'value', value: chosen.value });
  });
  return promise;
}

/** What both have in common: where one is, the buttons, and that it ends. */
function show(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  { title, step, of }: Place,
): { promise: Promise<Answer>; resolve: (answer: Answer) => void } {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const json: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('json'), tooltip: t('Edit as JSON') };
  input.title = plainMessage(title, 200);
  // One question needs no number.
  if (of > 1) {
    input.step = step;
    input.totalSteps = of;
  }
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back, json] : [json];
  input.ignoreFocusOut = true;
  input.onDidTriggerButton((button) => resolve({ kind: button === json ? 'json' : 'back' }));
  input.onDidHide(() => resolve({ kind: 'gone' }));
  input.show();
  void promise.finally(() => input.dispose());
  return { promise, resolve };
}

function promptOf({ title, description, isRequired }: ParameterStep): string {
  const name = isRequired ? title : t('{0} (optional)', title);
  return plainMessage(description === '' ? name : `${name}: ${description}`, 400);
}
