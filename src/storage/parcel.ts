import type { Answer } from './storeProtocol';

const mostRows = 256;

/** Puts small answers into one message and sends large ones at once, so that the reader unpacks them while the next ones are looked up. */
export class Parcel {
  private answers: Answer[] = [];
  private rows = 0;

  constructor(private readonly post: (answers: readonly Answer[]) => void) {}

  add(answer: Answer): void {
    this.answers.push(answer);
    this.rows += 'rows' in answer ? answer.rows.length : 0;
    if (this.rows >= mostRows) this.send();
  }

  send(): void {
    if (this.answers.length > 0) this.post(this.answers);
    this.answers = [];
    this.rows = 0;
  }
}
