import type { ChangedFile } from '../model/session';

/** Lines of one side of a change: `start` is 1-based. */
export interface LineSpan {
  readonly start: number;
  readonly count: number;
}

export interface EvalChange extends ChangedFile {
  readonly binary: boolean;
  /** Lines of the new file that are not in the base; empty for deleted and binary files. */
  readonly added: readonly LineSpan[];
  /** Lines of the base's file that are gone. */
  readonly removed: readonly LineSpan[];
}

/** Files of one git tree, readable without being checked out. */
export interface TreeFiles {
  /** Git's name of the tree. */
  readonly treeHash: string;
  /** Undefined for what is missing, a link, or no file. `file` is relative, with forward slashes; nothing outside the tree is ever read. */
  read(file: string): Promise<Buffer | undefined>;
  /** Size in bytes without reading it. */
  size(file: string): Promise<number | undefined>;
  /** All files of the tree, sorted; links and submodules are left out. */
  list(): Promise<readonly string[]>;
}

/** A tree that is laid out in a folder of its own, thrown away afterwards: what runs there changes nothing that anybody keeps. */
export interface LaidOutTree {
  readonly directory: string;
  /** What a person should know: where its dependencies come from, or that there are none. */
  readonly notices: readonly string[];
  /** Folders outside of it that it borrows from, so that a sandbox lets them be read: installed dependencies, git's objects. */
  readonly reads?: readonly string[];
}

/** One side of a change. */
export interface EvaluatedTree extends TreeFiles {
  /** Laid out when it is first asked for, once. Rejects when it cannot be (a full disk, a failing set-up command). */
  layOut(): Promise<LaidOutTree>;
  /**
   * Laid out once more, for one who runs what the tree says: what other tools write to theirs does not change it. Absent where that would
   * run set-up commands again.
   */
  layOutApart?(): Promise<LaidOutTree>;
  /** A text that is another one when other packages would be there once it is laid out: a tree says what is asked for, not what is installed. */
  installed(): Promise<string>;
}

/** What evaluators look at: a tree, the base it is compared with, and what differs. */
export interface EvaluationInput {
  readonly head: EvaluatedTree;
  readonly base: EvaluatedTree;
  readonly changes: readonly EvalChange[];
  /** Unified diff of the text files from base to head, at most `maxBytes` of it (whole files only; what was left out is named at its end). */
  diff(maxBytes: number): Promise<string>;
  /** Throws away what was laid out. */
  dispose(): Promise<void>;
}
