import { editorProgram } from './identity.ts';

/** Names the environment variable that every process of our servers inherits: `<marker of the host>.<number of the server>.<number of the run>`. */
export const MARKER_VARIABLE = 'EXTERNAL_MCP_SUPERVISOR';

/**
 * Reads lines until their end, which is the end of the host, whatever its reason:
 *
 *     run 0.4           server 0 is about to start its process, run 4
 *     add 0.4 1234      which leads the group 1234
 *     exe 0 /bin/node   was seen to run in a group of server 0
 *     del 0.4           nothing is left of the group
 *
 * Then ends what is left: the groups, and strays that carry the marker in another group. What a server opened for a person, a browser,
 * carries it too; so a stray must run what was seen in a group of its server, or come from a run whose group the host did not live to
 * name. First TERM, 1.6 s later KILL. `kill` counts zombies, hence the look at the states, where there is a /proc. Without
 * (macOS) strays are not looked for: `ps -E` shows the variables of few processes there. For dash, bash 3.2 and busybox. A shell can
 * close descriptors up to 9; Node passes none on, but a host may have been given some.
 */
const SHELL_SCRIPT = `
trap '' TERM HUP INT
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
marker=$1 editor=$2 runs=' ' newline='
'
seen=$newline
forget() {
  kept=' '
  for each in $runs; do case $each in "$1":*) ;; *) kept="$kept$each " ;; esac; done
  runs=$kept
}
while read -r verb id value; do
  case $verb in
    run) runs="$runs$id: " ;;
    add) forget "$id"; runs="$runs$id:$value " ;;
    del) forget "$id" ;;
    exe) seen="$seen$id $value$newline" ;;
  esac
done
groups=
for each in $runs; do groups="$groups \${each#*:}"; done
if [ -r /proc/self/environ ]; then
  any=none
  for group in $groups; do any="$any|$group"; done
  members() { grep -lE "\\\\) [^ZX] [0-9]+ ($any) " /proc/[0-9]*/stat; }
  marked() { grep -lF "${MARKER_VARIABLE}=$marker." /proc/[0-9]*/environ; }
else
  members() { for group in $groups; do kill -s 0 -- "-$group" && echo "$group"; done; }
  marked() { :; }
fi
identify() {
  pid=\${1#/proc/} pid=\${pid%%/*}
  id=$(tr '\\0' '\\n' <"/proc/$pid/environ" | sed -n "s/^${MARKER_VARIABLE}=$marker\\.//p")
  exe=$(readlink "/proc/$pid/exe") exe=\${exe%" (deleted)"}
}
learn() {
  for file in $(members); do
    identify "$file"
    if [ -n "$id" ] && [ -n "$exe" ] && [ "$exe" != "$editor" ]; then seen="$seen\${id%.*} $exe$newline"; fi
  done
}
strays() {
  for file in $(marked); do
    identify "$file"
    case $runs in *" $id: "*) echo "$pid"; continue ;; esac
    case $seen in *"$newline\${id%.*} $exe$newline"*) echo "$pid" ;; esac
  done
}
left() { [ -n "$(members)" ] || [ -n "$(strays)" ]; }
end() {
  learn
  others=$(strays)
  for group in $groups; do kill -s "$1" -- "-$group"; done
  for pid in $others; do kill -s "$1" "$pid"; done
}
pause() { sleep 0.2 || sleep 1; }
exec 2>/dev/null
end TERM
for round in 1 2 3 4 5 6 7 8; do left || exit 0; pause; done
for round in 1 2 3 4 5; do end KILL; left || exit 0; pause; done
`;

/** The same for Windows, which has no groups: trees of processes, as long as their root lives. No strays. Not run on Windows so far. */
const WINDOWS_SCRIPT = `
const runs = new Map();
const lines = require('node:readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [verb, id, value] = line.split(' ');
  if (verb === 'add') runs.set(id, value);
  if (verb === 'del') runs.delete(id);
});
lines.on('close', () => {
  for (const pid of runs.values()) {
    require('node:child_process').spawnSync('taskkill', ['/T', '/F', '/PID', pid], { windowsHide: true, timeout: 5000 });
  }
});
`;

/** A program with its complete environment. */
export interface ReaperCommand {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** How the reaper of a host is started: a shell, or on Windows the Node that is the editor itself. Its environment has no marker. */
export function reaperCommand(marker: string, platform: NodeJS.Platform = process.platform): ReaperCommand {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', SystemRoot = String.raw`C:\Windows` } = process.env;
  return platform === 'win32'
    ? {
        command: process.execPath,
        args: ['-e', WINDOWS_SCRIPT, marker],
        env: { PATH, SystemRoot, ELECTRON_RUN_AS_NODE: '1' },
      }
    : { command: '/bin/sh', args: ['-c', SHELL_SCRIPT, 'external-mcp-reaper', marker, editorProgram], env: { PATH } };
}
