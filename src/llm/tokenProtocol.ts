export interface TokenWorkerFiles {
  readonly wasm: string;
  readonly ranks: string;
}

export interface ToTokenWorker {
  readonly id: number;
  readonly text: string;
}

export interface FromTokenWorker {
  readonly id: number;
  readonly tokens: number;
}
