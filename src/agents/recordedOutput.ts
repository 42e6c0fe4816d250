import { parseJsonLine } from '../base/jsonLines';
import { RedactedLines } from '../base/redactedLines';
import type { Redactor, StreamRedactor } from '../base/redactor';
import type { JsonObject } from '../base/jsonShape';
import { asObject } from '../base/jsonShape';
import { endsTexts, readTextPiece, type TextPiece } from './textPieces';

/** What waits behind a held piece is written without it when it becomes more: its order is worth less than the memory. */
const mostWaiting = 1024 * 1024;

interface Place {
  readonly t: number;
  /** JSON of the lines to be written here; undefined while that is not known. */
  lines: readonly string[] | undefined;
}

interface Held {
  readonly place: Place;
  readonly piece: TextPiece;
}

interface OpenText {
  readonly conversation: string;
  readonly stream: StreamRedactor;
  /** Where what is held back began, and where it goes on; what came between the two is written at the first. */
  first: Held | undefined;
  last: Held;
}

/**
 * The lines of an agent's output without secrets, also those that are cut by the agent's own lines: a text that comes in pieces is redacted
 * as one, and what had to be held back of it stands in the place of its first piece.
 */
export class RecordedOutput {
  private readonly places: Place[] = [];
  private waiting = 0;
  private readonly texts = new Map<string, OpenText>();
  private readonly rawLines: RedactedLines;
  private rawPlace: Place | undefined;

  /** `write` gets milliseconds since the start, and an object or a text as JSON. */
  constructor(
    private readonly redactor: Redactor,
    private readonly write: (t: number, json: string) => void,
  ) {
    this.rawLines = new RedactedLines(redactor);
  }

  push(line: string, t: number): void {
    const parsed = parseJsonLine(line);
    const object = parsed.kind === 'json' ? asObject(parsed.value) : undefined;
    if (!object) this.pushRaw(line, t);
    else this.pushObject(line, object, t);
    this.drain();
  }

  end(t: number): void {
    for (const key of [...this.texts.keys()]) this.endText(key);
    this.settleRaw(this.rawPlace ?? this.place(t), this.rawLines.end());
    this.drain();
  }

  private pushObject(line: string, object: JsonObject, t: number): void {
    const piece = readTextPiece(object);
    if (piece) {
      this.pushPiece(piece, t);
      return;
    }
    const ended = endsTexts(object);
    for (const [key, { conversation }] of this.texts) if (conversation === ended) this.endText(key);
    // A JSON line is kept in the agent's own words.
    this.place(t, [this.redactor.redact(line.replace(/^\uFEFF/, '').trim())]);
  }

  private pushPiece(piece: TextPiece, t: number): void {
    const held: Held = { place: this.place(t), piece };
    const known = this.texts.get(piece.key);
    if (known && known.last !== known.first) known.last.place.lines ??= [];
    const text = known ?? { conversation: piece.conversation, stream: this.redactor.stream(), first: undefined, last: held };
    this.texts.set(piece.key, text);
    text.first ??= held;
    text.last = held;
    const told = text.stream.push(piece.text);
    if (told === '') return;
    this.settle(text.first, told);
    text.first = text.first === held ? undefined : held;
  }

  private endText(key: string): void {
    const text = this.texts.get(key);
    if (!text) return;
    this.texts.delete(key);
    const { first, last, stream } = text;
    const rest = stream.end();
    if (first) this.settle(first, rest);
    else if (rest !== '') this.settle({ place: this.place(last.place.t), piece: last.piece }, rest);
    last.place.lines ??= [];
  }

  private settle({ place, piece }: Held, text: string): void {
    const json = this.redactor.redact(JSON.stringify(piece.lineWith(text)));
    place.lines = [json];
    this.waiting += json.length;
  }

  private pushRaw(line: string, t: number): void {
    const at = (this.rawPlace ??= this.place(t));
    const told = this.rawLines.push(line);
    if (told.length === 0) return;
    this.rawPlace = undefined;
    this.settleRaw(at, told);
  }

  private settleRaw(at: Place, lines: readonly string[]): void {
    at.lines = lines.filter((line) => line.trim() !== '').map((line) => JSON.stringify(line));
  }

  private place(t: number, lines?: readonly string[]): Place {
    const place: Place = { t, lines };
    this.places.push(place);
    for (const line of lines ?? []) this.waiting += line.length;
    return place;
  }

  private drain(): void {
    let done = this.places.findIndex(({ lines }) => lines === undefined);
    if (done < 0) done = this.places.length;
    this.writeAll(this.places.splice(0, done));
    if (this.places.length === 0) this.waiting = 0;
    if (this.waiting <= mostWaiting) return;
    this.writeAll(this.places.filter(({ lines }) => lines !== undefined));
    this.places.splice(0, this.places.length, ...this.places.filter(({ lines }) => lines === undefined));
    this.waiting = 0;
  }

  private writeAll(places: readonly Place[]): void {
    for (const { t, lines = [] } of places) for (const line of lines) this.write(t, line);
  }
}
