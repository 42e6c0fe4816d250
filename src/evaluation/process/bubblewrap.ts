import path from 'node:path';
import { keysInToolHomes, type SandboxRequest } from './sandboxPlaces';

/**
 * Arguments of bubblewrap (https://github.com/containers/bubblewrap): the machine read-only, home folder, temporary files and sockets
 * hidden, processes and (unless asked for) the network of its own. Later mounts lie over earlier ones, so the order counts.
 */
export function bubblewrapArguments({ argv, workingDirectory, writable, readable, home, temporary, network }: SandboxRequest): readonly string[] {
  const hidden = [...new Set([temporary, '/tmp', '/run', home])].filter((folder) => folder !== '/');
  return [
    '--die-with-parent',
    '--new-session',
    '--unshare-user',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    ...(network ? [] : ['--unshare-net']),
    ...['--ro-bind', '/', '/'],
    ...['--dev', '/dev'],
    ...['--proc', '/proc'],
    ...hidden.flatMap((folder) => ['--tmpfs', folder]),
    // Where programs of some systems, and the way to names of hosts, are.
    ...['/run/current-system', '/run/wrappers', ...(network ? ['/run/systemd/resolve', '/run/resolvconf'] : [])].flatMap((folder) => ['--ro-bind-try', folder, folder]),
    ...readable.flatMap((folder) => ['--ro-bind-try', folder, folder]),
    ...keysInToolHomes.map((name) => path.join(home, name)).filter((file) => readable.some((folder) => path.dirname(file) === folder)).flatMap((file) => ['--ro-bind-try', '/dev/null', file]),
    ...writable.flatMap((folder) => ['--bind', folder, folder]),
    ...['--chdir', workingDirectory],
    '--',
    ...argv,
  ];
}
