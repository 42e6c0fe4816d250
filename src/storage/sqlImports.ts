/** The system calls of SQLite's unix layer that reach the file system, by the names that Emscripten's debug build gives them. */
export const fileImportNames = [
  '__syscall_faccessat',
  '__syscall_fchmod',
  '__syscall_fchown32',
  '__syscall_fcntl64',
  '__syscall_fstat64',
  '__syscall_ftruncate64',
  '__syscall_lstat64',
  '__syscall_newfstatat',
  '__syscall_openat',
  '__syscall_stat64',
  '__syscall_unlinkat',
  '__syscall_utimensat',
  'fd_close',
  'fd_read',
  'fd_seek',
  'fd_sync',
  'fd_write',
] as const;

export type FileImportName = (typeof fileImportNames)[number];

/**
 * What the release build calls them. The letters change with every build of sql.js, so they hold for one version only: a test derives them
 * again from both builds (same source order, same wasm signatures) and compares the hashes of the files. The debug build needs no such
 * table, but is 80 KB larger and slower.
 */
export const releaseImports: Readonly<Record<FileImportName, string>> = {
  __syscall_faccessat: 'D',
  __syscall_fchmod: 'j',
  __syscall_fchown32: 'h',
  __syscall_fcntl64: 'b',
  __syscall_fstat64: 'g',
  __syscall_ftruncate64: 'J',
  __syscall_lstat64: 'M',
  __syscall_newfstatat: 'L',
  __syscall_openat: 'x',
  __syscall_stat64: 'N',
  __syscall_unlinkat: 'o',
  __syscall_utimensat: 'n',
  fd_close: 'e',
  fd_read: 't',
  fd_seek: 'E',
  fd_sync: 'K',
  fd_write: 'q',
};

export const releaseWasmSha256 = '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf';
