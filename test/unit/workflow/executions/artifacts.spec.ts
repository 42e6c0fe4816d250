import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/evaluation/canonicalJson';
import { createArtifacts } from '../../../../src/workflow/executions/artifacts';
import { expectCode } from '../../../support/expectCode';
import { temporaryDirectory } from '../../../support/temporary';

describe('artifacts', () => {
  const long = JSON.stringify('ä\u0000𝄞'.repeat(5000));

  it('are kept by their hash, and read again to the letter', async () => {
    const folder = path.join(temporaryDirectory(), 'not', 'there', 'yet');
    const artifacts = createArtifacts(folder);
    const hash = await artifacts.keep(long);
    expect(hash).toBe(sha256(long));
    expect(readdirSync(folder)).toEqual([hash]);
    expect(await createArtifacts(folder).read(hash)).toBe(long);
  });

  it('are written once, also by several at the same time, and nothing is left beside them', async () => {
    const folder = temporaryDirectory();
    const [one, other] = [createArtifacts(folder), createArtifacts(folder)];
    const hashes = await Promise.all([one.keep(long), one.keep(long), other.keep(long), one.keep('1')]);
    expect(new Set(hashes)).toEqual(new Set([sha256(long), sha256('1')]));
    expect(readdirSync(folder).sort()).toEqual([sha256(long), sha256('1')].sort());
  });

  it('that were changed are refused when they are read, and mended when they are made again', async () => {
    const folder = temporaryDirectory();
    const artifacts = createArtifacts(folder);
    const hash = await artifacts.keep(long);
    writeFileSync(path.join(folder, hash), long.slice(0, 100));
    await expectCode(artifacts.read(hash), 'store-failed');
    await artifacts.keep(long);
    expect(await artifacts.read(hash)).toBe(long);
  });

  it('that are missing, or are named by no hash, are refused', async () => {
    const folder = temporaryDirectory();
    mkdirSync(path.join(folder, 'inner'));
    writeFileSync(path.join(folder, 'secret'), 'x');
    const artifacts = createArtifacts(path.join(folder, 'inner'));
    expect((await expectCode(artifacts.read('0'.repeat(64)), 'store-failed')).message).toContain('not there any more');
    expect((await expectCode(artifacts.read('../secret'), 'store-failed')).message).toContain('no hash');
  });

  it('that cannot be kept say so', async () => {
    const file = path.join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await expectCode(createArtifacts(file).keep(long), 'store-failed');
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});
