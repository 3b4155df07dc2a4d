import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

/**
 * The inputs that a server's process has to be survived with (facts/hardening.md, Process), and where each is tested: file under `test/unit`,
 * then the titles, or what a generated title begins or ends with. Tests in `servers` show the outcome for a person, those in `process` how it comes about.
 */
const INPUTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'command missing': {
    'servers/hardeningProcessStart': ['because its command is missing is not tried again, and says what to install'],
    'process/start': [
      'names the command that was not found, where it was looked for, and the way out',
      'names the file when the command is a path',
      'recognises arguments that were put into the command',
    ],
  },
  'not executable': {
    'servers/hardeningProcessStart': [
      'because its command is not executable is not tried again, and says how to make it so',
      'because what its shell runs ',
    ],
    'process/start': [
      'says that a file is not executable, and how to make it so',
      'says that a folder is not a program',
    ],
  },
  'cwd missing': {
    'servers/hardeningProcessStart': [
      'because its folder is missing is not tried again, and names the folder and the key',
    ],
    'process/start': ['blames a missing working directory, not the command'],
  },
  'exits 0 at once': {
    'servers/hardeningProcessStart': ['because it exits with 0 at once has failed all the same, and is tried again'],
    'servers/hardeningProcessCrash': ['with code 0 rests, and says how it ended'],
  },
  'exits 1 ten times': {
    'servers/hardeningProcessStart': [
      'because it exits with 1 ten times in a row is given up, said once, until somebody starts it again',
    ],
    'servers/hardeningProcessCrash': [
      'five times within minutes of being ready is given up, and starts again when somebody asks',
    ],
    'servers/supervisor': ['that fails to start ten times in a row is given up'],
  },
  SIGSEGV: {
    'servers/hardeningProcessCrash': ['by SIGSEGV fails the call in flight with that, and is back'],
    'process/stop': ['tells a crash and a kill from outside from our own signals'],
  },
  'heap out of memory': {
    'servers/hardeningProcessCrash': [
      'because its heap is full says so in the call, the history and the output, and is back',
    ],
    'process/outOfMemory': ['is the heap limit of a Node that has reached it'],
  },
  'killed from outside': {
    'servers/hardeningProcessCrash': ['because somebody killed it says so, and is back'],
    'process/outOfMemory': ['is named where it has been at work, and only where nothing else explains the end'],
  },
  'ignores SIGTERM': {
    'servers/hardeningProcessTree': ['are all ended although they ignore the end of their input and SIGTERM'],
    'servers/many': ['and none is left when they are stopped together'],
  },
  "ignores stdin's end": {
    'servers/hardeningProcessTree': ['are all ended although they ignore the end of their input and SIGTERM'],
    'process/stop': ['ends one that ignores the end of its input and SIGTERM'],
  },
  'sh -c grandchild': {
    'servers/hardeningProcessTree': [
      ' are found by their port, and ended',
      ' bring the server back when the innermost',
    ],
    'process/stop': ['ends what a shell has started'],
  },
  'npx chain': {
    'servers/hardeningProcessTree': [
      ' are found by their port, and ended',
      ' bring the server back when the innermost',
    ],
    'process/orphans': ['at any moment leaves no process of its servers, '],
  },
  'daemonised child': {
    'servers/hardeningProcessTree': [
      'that made themselves daemons go with the server that is stopped, and with the one that crashes',
    ],
    'process/stop': ['does not wait for a daemon that left the group and kept the output'],
  },
  'leader gone while a helper holds stdout': {
    'servers/hardeningProcessCrash': ['and leaves a helper behind that holds its output takes that along, and is back'],
    'process/stop': ['ends a helper that holds the output when its leader is gone'],
  },
  'prints forever': {
    'servers/hardeningProcessOutput': [
      'without end serves all the same; what is shown of it is bounded, and says what was left out',
    ],
    'process/output': ['stays bounded when a process prints for ever, and stops it'],
  },
  'a 10 MB line': {
    'servers/hardeningProcessOutput': [
      'a line of 10 MB serves all the same; the line is cut and says how much is missing',
    ],
    'process/output': ['survives a line of 10 MB'],
  },
  'closes stdout': {
    'servers/hardeningProcessCrash': ['on its pipes only, by closing its output, is ended and is back'],
  },
  SIGSTOPped: {
    'servers/hardeningProcessHealth': [
      'and that is suspended is degraded, then started again',
      'and that is suspended for a moment recovers without a restart',
    ],
    'process/stop': ['ends a suspended process'],
  },
  'host killed at random': {
    'process/orphans': [
      'at any moment leaves no process of its servers, ',
      'together with its reaper leaves nothing beyond the next sweep, which spares the same bystanders',
      'leaves what a server opened for a person, and what is none of its business',
    ],
  },
  'two windows on one workspace': {
    'process/ledger': ['of a living host is left alone by every sweep: two windows do not end each other’s servers'],
    'servers/ports': ['by another window’s server is reported as such'],
  },
  'corrupt ledger': {
    'process/ledger': ['that cannot be read is set aside, and the others are carried out'],
  },
  'Restart clicked 20 times': {
    'servers/managedServer': ['that is restarted twenty times at once is restarted once'],
    'servers/hardeningProcessEdit': [
      'and that is to be restarted twenty times at once is restarted once, one process at a time',
    ],
  },
  'definition edited while running': {
    'servers/hardeningProcessEdit': [
      'while it runs is replaced at once where it wants that, the old process first',
      'ten times in a row never has two processes, and ends with the last definition',
      'while it starts is applied by a restart, as it is while it runs',
    ],
    'servers/managedServer': ['that is edited while it runs keeps running and asks for a restart'],
  },
  'disabled during back-off': {
    'servers/hardeningProcessEdit': ['to disable it during back-off is not started any more'],
    'servers/supervisor': ['that is disabled while it waits to start again does not'],
  },
  'leak past the limit': {
    'servers/hardeningProcessMemory': [
      'is started again with the third sample that shows it',
      'by half is started again without waiting for a third',
      'finishes the call in flight first, and takes no other meanwhile',
      'does not wait for ever for a call in flight',
    ],
    'process/hardLimit': ['wraps the command where systemd proves able, which is found out once'],
  },
  'ANSI and OSC-52 in stderr': {
    'servers/hardeningProcessOutput': [
      'full of ANSI and OSC 52 is shown in words alone, in the output, the traffic and the error',
    ],
    'process/output': ['arrives as clean lines of both streams'],
  },
  'port taken': {
    'servers/ports': [
      'is reported with who holds it, and is not tried again',
      'is replaced by another when the server exits because it is taken, and nobody hears of a failure',
      'is given up when three in a row are taken',
    ],
    'servers/managedServer': ['whose port is taken is not started, and nothing is sent to who holds it'],
  },
  'foreign server answers on the port': {
    'servers/hardeningProcessStart': ['because a stranger answers on its port sends him nothing, and names him'],
    'servers/ports': [
      'is replaced by another when a stranger takes it before the server does, and nothing is sent there',
      'is not believed where somebody else listens',
    ],
  },
  'listens on ::1 only': {
    'servers/hardeningProcessStart': ['is found there ('],
  },
  'clock jumps an hour': {
    'servers/hardeningProcessHealth': [
      ', also during a check, with the process and session that it had',
      'that waits to be started again is, after ',
    ],
    'servers/memoryWatch': ['begins anew when the clock jumps '],
  },
  'eight hours of sleep': {
    'servers/hardeningProcessHealth': [
      ', also during a check, with the process and session that it had',
      'that waits to be started again is, after ',
    ],
    'servers/healthMonitor': ['fifty servers: none is dead'],
  },
};

describe('What a process may do to us', () => {
  for (const [input, places] of Object.entries(INPUTS)) {
    it(`is tested: ${input}`, async () => {
      for (const [file, titles] of Object.entries(places)) {
        const source = await readFile(new URL(`../${file}.test.ts`, import.meta.url), 'utf8');
        const code = source.replaceAll(/\\'/g, "'");
        for (const title of titles) assert.ok(code.includes(title), `${file} has no test “${title}”`);
      }
    });
  }
});
