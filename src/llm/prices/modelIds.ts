export interface ModelId {
  readonly id: string;
  /** True when a part was left out that may mean another price. */
  readonly shortened: boolean;
}

/** What a program's name of a model may be in a price list, the most faithful first: with a provider before it, or its context size behind it (`model[1m]`). */
export function modelIds(model: string): readonly ModelId[] {
  const withoutPlace = model.replace(/^(models|openai|anthropic|google)\//i, '');
  const withoutSize = withoutPlace.replace(/\[[^\]]*\]$/, '');
  const last = withoutSize.slice(withoutSize.lastIndexOf('/') + 1);
  const ids: ModelId[] = [
    { id: model, shortened: false },
    { id: withoutPlace, shortened: false },
    { id: withoutSize, shortened: true },
    { id: last, shortened: true },
  ];
  return ids.filter(({ id }, index) => id !== '' && ids.findIndex((other) => other.id === id) === index);
}
