/** Options of `run`, and of the program before it, that stand without a value; a short one may be part of a group such as `-it`. */
const WITHOUT_VALUE = new Set(
  [
    '--debug --detach --disable-content-trust --env-host --help --http-proxy --init --interactive --no-healthcheck --no-hostname',
    '--no-hosts --oom-kill-disable --passwd --privileged --publish-all --quiet --read-only --read-only-tmpfs --remote --replace',
    '--rm --rmi --rootfs --sig-proxy --tls --tls-verify --tlsverify --tty --version',
  ].flatMap((line) => line.split(' ')),
);
const SHORT_WITHOUT_VALUE = /^-[dDiPqtv]+$/;
/** By which people and tools find the containers that we started. */
const LABEL = 'external-mcp';

/**
 * The arguments of `docker run` and `podman run` with what makes a container end with its server and leave nothing behind: `--rm`,
 * `--init`, a label, and `--memory` where there is a limit. What is said already stays as it is; every other command too.
 * @param memoryLimitMb megabytes of 1,048,576 bytes
 */
export function withContainerOptions(
  command: string,
  args: readonly string[],
  memoryLimitMb?: number,
): readonly string[] {
  if (!/(?:^|[/\\])(?:docker|podman)(?:\.exe)?$/i.test(command)) return args;
  const run = indexOfRun(args);
  if (run === -1) return args;
  const given = optionsFrom(args, run + 1);
  const has = (...names: readonly string[]): boolean => given.some(({ name }) => names.includes(name));
  const isLabelled = given.some(
    ({ name, value }) => (name === '--label' || name === '-l') && value?.split('=')[0] === LABEL,
  );
  const more = [
    // Both refuse to remove what they are told to restart.
    ...(has('--rm', '--restart') ? [] : ['--rm']),
    ...(has('--init', '--init-path') ? [] : ['--init']),
    ...(isLabelled ? [] : ['--label', LABEL]),
    ...(memoryLimitMb === undefined || has('--memory', '-m') ? [] : ['--memory', `${Math.ceil(memoryLimitMb)}m`]),
  ];
  return [...args.slice(0, run + 1), ...more, ...args.slice(run + 1)];
}

/** Where `run` stands, or the `run` of `container run`; -1 for another command such as `exec` or `compose run`. */
function indexOfRun(args: readonly string[]): number {
  const first = firstWord(args, 0);
  const word = args[first] === 'container' ? firstWord(args, first + 1) : first;
  return args[word] === 'run' ? word : -1;
}

function firstWord(args: readonly string[], from: number): number {
  return optionsFrom(args, from).at(-1)?.next ?? from;
}

interface Option {
  name: string;
  value?: string;
  /** Index of what follows it. */
  next: number;
}

/** The options that stand there before the first word that is none: the image, or a command. */
function optionsFrom(args: readonly string[], from: number): Option[] {
  const options: Option[] = [];
  let at = from;
  while (isOption(args[at])) {
    const option = optionAt(args, at);
    options.push(option);
    at = option.next;
  }
  return options;
}

function isOption(word: string | undefined): boolean {
  return word?.startsWith('-') === true && word !== '-' && word !== '--';
}

function optionAt(args: readonly string[], at: number): Option {
  const word = args[at] ?? '';
  const [, long, inline] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  if (long !== undefined && inline !== undefined) return { name: long, value: inline, next: at + 1 };
  if (WITHOUT_VALUE.has(word) || SHORT_WITHOUT_VALUE.test(word)) return { name: word, next: at + 1 };
  // "-p8080:80": the value is part of the word.
  if (/^-[^-]./s.test(word)) return { name: word.slice(0, 2), value: word.slice(2), next: at + 1 };
  const value = args[at + 1];
  return { name: word, next: at + 2, ...(value === undefined ? {} : { value }) };
}
