import { describe, expect, it } from 'vitest';
import { scrubbedEnvironment } from '../../../../src/evaluation/process/environment';

const places = { temporary: '/tmp/run', programs: ['/tree/node_modules/.bin'] };

describe('scrubbedEnvironment', () => {
  it('passes on what tools need to find themselves, and nothing else', () => {
    const inherited = {
      PATH: '/usr/bin:.:relative::/bin', HOME: '/home/me', LANG: 'de_DE.UTF-8', LC_ALL: 'C', TZ: 'UTC', CARGO_HOME: '/home/me/.cargo', TMPDIR: '/tmp',
      OPENAI_API_KEY: 'sk-1', ANTHROPIC_API_KEY: 'sk-2', AWS_SECRET_ACCESS_KEY: 'x', GITHUB_TOKEN: 'x', NPM_TOKEN: 'x', NODE_OPTIONS: '--require evil', GIT_DIR: '/x', GIT_CONFIG_COUNT: '1',
      VSCODE_IPC_HOOK: 'x', ELECTRON_RUN_AS_NODE: '1', SSH_AUTH_SOCK: '/tmp/agent', LD_PRELOAD: 'evil.so', PYTHONPATH: '/evil', LC_evil: 'x', HTTPS_PROXY: 'http://me:secret@proxy', npm_config_registry: 'x', AMP_ORCHESTRATOR_RUN: 'x',
    };
    expect(scrubbedEnvironment(inherited, places)).toEqual({
      PATH: '/tree/node_modules/.bin:/usr/bin:/bin', HOME: '/home/me', LANG: 'de_DE.UTF-8', LC_ALL: 'C', TZ: 'UTC', CARGO_HOME: '/home/me/.cargo',
      TMPDIR: '/tmp/run', TMP: '/tmp/run', TEMP: '/tmp/run', CI: '1', NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1',
    });
  });

  it('adds what is asked for by name, and the Python environment of the tree', () => {
    const environment = scrubbedEnvironment({ VIRTUAL_ENV: '/home/me/other' }, { ...places, virtualEnvironment: '/tree/.venv' }, { DATABASE_URL: 'postgres://x', CI: '0' });
    expect(environment).toMatchObject({ VIRTUAL_ENV: '/tree/.venv', DATABASE_URL: 'postgres://x', CI: '0', PATH: '/tree/node_modules/.bin' });
  });
});
