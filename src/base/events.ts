import { EventEmitter } from 'eventemitter3';
import type { Disposable } from './disposable';

export type Listen<T> = (listener: (value: T) => void) => Disposable;

/** One event with one value; `listen` is the public side of it. */
export class Emitter<T> {
  private readonly emitter = new EventEmitter<{ fire: (value: T) => void }>();

  readonly listen: Listen<T> = (listener) => {
    this.emitter.on('fire', listener);
    return { dispose: () => this.emitter.off('fire', listener) };
  };

  fire(value: T): void {
    this.emitter.emit('fire', value);
  }

  dispose(): void {
    this.emitter.removeAllListeners();
  }
}
