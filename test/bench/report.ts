/** One measured figure. `ratio` is value / peerValue; times and sizes want it small, rates want it large. */
export interface Figure {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: string;
  readonly peerValue?: number;
}

/** Prints the figure as one JSON line. */
export function report(figure: Figure): void {
  const { value, peerValue } = figure;
  console.log(JSON.stringify({ ...figure, value: rounded(value), ...(peerValue === undefined ? {} : { peerValue: rounded(peerValue), ratio: rounded(value / peerValue) }) }));
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
