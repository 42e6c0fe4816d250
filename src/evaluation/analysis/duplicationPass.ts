import { Detector, MemoryStore, mild, type IClone, type IMapFrame, type IOptions, type IToken } from '@jscpd/core';
import { Tokenizer, tokenize } from '@jscpd/tokenizer';
import type { AnalysisPass, Clone, DuplicatedPlace, DuplicationOptions, DuplicationSource } from './analysisProtocol';

/** jscpd gives up on nothing by itself: its default of 1,000 lines would leave the worst clones out. */
const maxLines = Number.MAX_SAFE_INTEGER;
/** Languages inside another one are taken apart by jscpd's own tokenizer only. */
const nested = new Set(['vue', 'astro', 'svelte', 'markdown']);
const hashPrime = 0x01000193;

/**
 * Finds what wanted files have in common with all files, with jscpd's own detector. Its index of every run of tokens is slow to make and
 * large, so first all files are looked through with a rolling hash: only those that share a run with a wanted file are given to it. That
 * leaves nothing out, since a clone is at least one such run; hashes that collide only add a file.
 */
export function duplicationPass({ minTokens, minLines }: DuplicationOptions): AnalysisPass<'duplication'> {
  const options: IOptions = { minTokens, minLines, maxLines, mode: mild };
  const wanted: DuplicationSource[] = [];
  const candidates: DuplicationSource[] = [];
  const runs = new Set<number>();
  return {
    take: (sources, enter) => {
      for (const source of sources) {
        enter(source.file);
        if (source.wanted) {
          wanted.push(source);
          for (const run of runsOf(source, minTokens)) runs.add(run);
        } else if (nested.has(source.format) || sharesRun(source, minTokens, runs)) {
          candidates.push(source);
        }
      }
      return Promise.resolve([]);
    },
    end: async (enter) => {
      const detector = new Detector(new Tokenizer(), new MemoryStore<IMapFrame>(), [], options);
      const clones: Clone[] = [];
      const ends = new CloneEnds([...candidates, ...wanted]);
      // The wanted ones last: a clone is told in the later of its two files.
      for (const source of [...candidates, ...wanted]) {
        enter(source.file);
        const found = await detector.detect(source.file, source.text, source.format);
        if (source.wanted) clones.push(...found.map((clone) => toClone(clone, ends)));
      }
      return clones;
    },
  };
}

function sharesRun(source: DuplicationSource, length: number, runs: ReadonlySet<number>): boolean {
  for (const run of runsOf(source, length)) if (runs.has(run)) return true;
  return false;
}

/** Hashes of all runs of that many tokens, by a rolling polynomial modulo 2^32. */
function* runsOf({ text, format }: DuplicationSource, length: number): Generator<number> {
  if (nested.has(format)) return;
  const hashes = tokenize(text, format).filter((token) => mild(token)).map(hashOf);
  let leaving = 1;
  for (let n = 1; n < length; n++) leaving = Math.imul(leaving, hashPrime);
  let run = 0;
  for (const [at, hash] of hashes.entries()) {
    if (at >= length) run = (run - Math.imul(hashes[at - length] ?? 0, leaving)) | 0;
    run = (Math.imul(run, hashPrime) + hash) | 0;
    if (at >= length - 1) yield run;
  }
}

/** FNV-1a of a token's kind and text. */
function hashOf({ type, value }: IToken): number {
  let hash = 0x811c9dc5;
  for (const part of [type, value]) for (let at = 0; at < part.length; at++) hash = Math.imul(hash ^ part.charCodeAt(at), hashPrime);
  return hash;
}

function toClone({ duplicationA, duplicationB }: IClone, ends: CloneEnds): Clone {
  const here = place(duplicationA.sourceId, duplicationA.start.line, ends.line(duplicationA));
  // While a clone grows, what it equals may go on in a third file, whose lines jscpd tells as the end of the second.
  const lines = here.endLine - here.startLine;
  const { line } = duplicationB.start;
  const end = ends.line(duplicationB);
  return { here, there: place(duplicationB.sourceId, line, end >= line && end <= line + 2 * lines ? end : line + lines) };
}

/** Where clones really end: jscpd counts the token behind the equal ones in. A line of which that token is a part is another one. */
class CloneEnds {
  private readonly sources: ReadonlyMap<string, DuplicationSource>;
  /** By file: where a token ends, to the last line that is over before it begins. */
  private readonly linesBefore = new Map<string, ReadonlyMap<number, number>>();

  constructor(sources: readonly DuplicationSource[]) {
    this.sources = new Map(sources.map((source) => [source.file, source]));
  }

  line({ sourceId, start, end, range: [, rangeEnd] }: IClone['duplicationA']): number {
    let lines = this.linesBefore.get(sourceId);
    if (!lines) this.linesBefore.set(sourceId, (lines = this.read(sourceId)));
    return Math.max(start.line, lines.get(rangeEnd) ?? end.line);
  }

  private read(file: string): ReadonlyMap<number, number> {
    const source = this.sources.get(file);
    if (!source || nested.has(source.format)) return new Map();
    const tokens = tokenize(source.text, source.format).filter((token) => mild(token));
    return new Map(tokens.flatMap(({ range, loc }, at) => {
      const before = tokens[at - 1]?.loc?.end.line;
      return loc && before !== undefined ? [[range[1], Math.min(before, loc.start.line - 1)] as const] : [];
    }));
  }
}

function place(file: string, startLine: number, endLine: number): DuplicatedPlace {
  return { file, startLine, endLine };
}
