/** A chain of steps that need nothing of the world lets others have a turn of the event loop this often. */
const longestTurnMs = 10;

/** Runs something soon, once for all who ask: in this turn of the event loop, as long as that is not too long. */
export class TurnTaker {
  private isPlanned = false;
  private turnStartedAt = 0;

  constructor(private readonly run: () => void) {}

  take(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    if (performance.now() - this.turnStartedAt < longestTurnMs) {
      queueMicrotask(() => { this.go(); });
      return;
    }
    setImmediate(() => {
      this.turnStartedAt = performance.now();
      this.go();
    });
  }

  private go(): void {
    this.isPlanned = false;
    this.run();
  }
}
