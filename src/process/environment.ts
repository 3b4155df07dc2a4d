/** What a definition and we ourselves add to the allow-list. */
export interface ChildEnvironment {
  /** Names of further host variables to pass. */
  inheritEnv?: readonly string[];
  /** The definition's own variables, resolved. */
  env?: Readonly<Record<string, string>>;
  /** What we set (`PORT`, `ELECTRON_RUN_AS_NODE` …); wins over everything. */
  extra?: Readonly<Record<string, string>>;
}

/** The MCP SDK's stdio defaults, so that a server which works elsewhere works here. */
const SDK_POSIX = 'HOME LOGNAME PATH SHELL TERM USER';
const SDK_WINDOWS =
  'APPDATA HOMEDRIVE HOMEPATH LOCALAPPDATA PATH PROCESSOR_ARCHITECTURE PROGRAMFILES SYSTEMDRIVE SYSTEMROOT TEMP USERNAME USERPROFILE';
/** Beyond the SDK: without these a .cmd such as npx is neither found nor run. */
const SCRIPTS_ON_WINDOWS = 'COMSPEC PATHEXT TMP WINDIR';
/** Proxies, certificates, language and folders: what a network program needs and no secret hides in. */
const NETWORK_AND_LOCALE = /^(?:[a-z]+_proxy|node_extra_ca_certs|ssl_cert_\w+|lang|lc_\w+|xdg_\w+|tmpdir)$/i;

/**
 * The complete environment of a child: an allow-list of the host's variables, never all of them (the extension host carries
 * `ELECTRON_RUN_AS_NODE`, `VSCODE_*`, `NODE_OPTIONS` and people's secrets), then `inheritEnv`, `env` and `extra`.
 * On Windows names are compared without case and the last spelling stays.
 */
export function childEnvironment(
  host: NodeJS.ProcessEnv,
  { inheritEnv = [], env = {}, extra = {} }: ChildEnvironment = {},
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const key = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name);
  const defaults = platform === 'win32' ? `${SDK_WINDOWS} ${SCRIPTS_ON_WINDOWS}` : SDK_POSIX;
  const wanted = new Set([...defaults.split(' '), ...inheritEnv].map(key));
  const inherited = Object.entries(host).filter(
    ([name, value]) =>
      (wanted.has(key(name)) || NETWORK_AND_LOCALE.test(name)) &&
      // An exported shell function is code, not a value (the SDK skips it too).
      value?.startsWith('()') === false,
  );
  const result = new Map<string, [string, string]>();
  for (const [name, value] of [...inherited, ...Object.entries(env), ...Object.entries(extra)]) {
    if (value !== undefined) result.set(key(name), [name, value]);
  }
  return Object.fromEntries(result.values());
}
