import path from 'node:path';

/** What a tool needs to find itself, its language and its time zone. Everything else stays out: keys, tokens, the editor, git, Node's options. */
const passedOn = new Set([
  'PATH', 'HOME', 'LANG', 'LANGUAGE', 'TZ', 'USER', 'LOGNAME', 'SHELL', 'TERM',
  'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS',
  // Windows starts hardly any program without these.
  'PATHEXT', 'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'USERPROFILE', 'NUMBER_OF_PROCESSORS',
]);

/** Variables that say where tools and their packages are. */
export const toolHomeVariables = ['CARGO_HOME', 'RUSTUP_HOME', 'RUSTUP_TOOLCHAIN', 'PYENV_ROOT', 'PYENV_VERSION', 'GOPATH', 'GOROOT', 'GOCACHE', 'GOMODCACHE', 'JAVA_HOME', 'NVM_DIR', 'NVM_BIN', 'VOLTA_HOME', 'FNM_DIR', 'FNM_MULTISHELL_PATH', 'BUN_INSTALL', 'DENO_DIR', 'PNPM_HOME', 'COREPACK_HOME', 'ASDF_DIR', 'ASDF_DATA_DIR', 'MISE_DATA_DIR', 'UV_CACHE_DIR', 'VIRTUAL_ENV', 'CONDA_PREFIX'] as const;

const toolHomes = new Set<string>(toolHomeVariables);

export interface ToolPlaces {
  /** A folder of the run's own for temporary files. */
  readonly temporary: string;
  /** Folders of programs that come before those of the machine. */
  readonly programs: readonly string[];
  /** The tree's own Python environment. */
  readonly virtualEnvironment?: string;
}

/** The whole environment of a tool: the little of ours that it needs, its own places, and what was asked for. */
export function scrubbedEnvironment(inherited: NodeJS.ProcessEnv, { temporary, programs, virtualEnvironment }: ToolPlaces, added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(inherited).flatMap(([name, value]) => (value !== undefined && isPassedOn(name) ? [[name, value] as const] : []));
  const environment = Object.fromEntries(kept);
  const pathName = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    ...environment,
    // A relative folder would be one of the tree.
    [pathName]: [...programs, ...(environment[pathName] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))].join(path.delimiter),
    ...(virtualEnvironment !== undefined && { VIRTUAL_ENV: virtualEnvironment }),
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
    CI: '1',
    NO_COLOR: '1',
    // Else the packages that are borrowed from the checkout get files written beside them.
    PYTHONDONTWRITEBYTECODE: '1',
    ...added,
  };
}

function isPassedOn(name: string): boolean {
  const upper = process.platform === 'win32' ? name.toUpperCase() : name;
  return passedOn.has(upper) || toolHomes.has(upper) || /^LC_[A-Z]+$/.test(upper);
}
