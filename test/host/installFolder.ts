import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { withLock } from './lock.ts';

const minute = 60_000;

/**
 * Makes sure that `target` exists. `build` gets an empty folder beside it and returns the finished folder in there, which
 * is then renamed to `target`: the name is the completion stamp, and what an interrupted run left is thrown away.
 */
export async function installFolder(
  target: string,
  title: string,
  build: (staging: string) => Promise<string>,
): Promise<void> {
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  await withLock(
    target,
    () => report(`${title}: waiting for another run that installs it`),
    async () => {
      if (existsSync(target)) return;
      const started = performance.now();
      report(`${title}: installing into ${target}`);
      await removeLeftovers(target);
      const staging = await mkdtemp(`${target}.partial-`);
      try {
        await rename(await build(staging), target);
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
      report(`${title}: installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    },
  );
}

/** Downloads one package from the npm registry and unpacks it, without its dependencies, into `folder`. */
export async function unpackFromNpm(specifier: string, folder: string): Promise<void> {
  report(`  downloading ${specifier} from the npm registry`);
  const packed = await execa('npm', ['pack', specifier, '--silent', '--ignore-scripts'], {
    cwd: folder,
    timeout: 10 * minute,
    stderr: 'inherit',
  });
  report(`  unpacking ${packed.stdout}`);
  await execa('tar', ['-xzf', packed.stdout, '--strip-components=1'], { cwd: folder, timeout: 5 * minute });
  await rm(join(folder, packed.stdout));
}

/**
 * Installs the production dependencies of the `package.json` in `folder`, running none of their scripts. Not `npm ci`:
 * the shrinkwrap that code-server publishes lacks a package.
 */
export async function installDependencies(folder: string): Promise<void> {
  report('  installing its dependencies');
  const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await execa('npm', ['install', ...flags], { cwd: folder, timeout: 10 * minute, stdout: 'ignore', stderr: 'inherit' });
}

async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.partial-`;
  const names = await readdir(dirname(target));
  const leftovers = names.filter((name) => name.startsWith(prefix));
  await Promise.all(leftovers.map((name) => rm(join(dirname(target), name), { recursive: true, force: true })));
}

function report(line: string): void {
  process.stderr.write(`[test host] ${line}\n`);
}
