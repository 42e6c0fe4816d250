import { useEffect, useState } from 'react';

/** The theme's colours for what is drawn on a canvas, which knows no CSS variables. */
export interface Theme {
  /** Of series, in a fixed order. */
  readonly series: readonly string[];
  /** Of what is not a series of its own. */
  readonly rest: string;
  readonly text: string;
  readonly quietText: string;
  readonly grid: string;
  readonly background: string;
  readonly tooltipBackground: string;
  readonly tooltipText: string;
  readonly tooltipBorder: string;
  /** Only in high contrast: what shapes are outlined with. */
  readonly contrastBorder: string | undefined;
  readonly fontFamily: string;
  /** Pixels. */
  readonly fontSize: number;
}

const seriesNames = ['blue', 'green', 'purple', 'yellow', 'red', 'orange'];

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (...names: readonly string[]): string => names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((text) => text !== '') ?? 'currentcolor';
  const border = style.getPropertyValue('--vscode-contrastBorder').trim();
  return {
    series: seriesNames.map((name) => opaque(value(`charts-${name}`, 'charts-foreground', 'foreground'))),
    rest: value('descriptionForeground', 'foreground'),
    text: value('foreground'),
    quietText: value('descriptionForeground', 'foreground'),
    grid: value('panel-border', 'editorWidget-border', 'descriptionForeground'),
    background: value('editor-background'),
    tooltipBackground: value('editorHoverWidget-background', 'editor-background'),
    tooltipText: value('editorHoverWidget-foreground', 'foreground'),
    tooltipBorder: value('editorHoverWidget-border', 'descriptionForeground'),
    contrastBorder: border === '' ? undefined : border,
    fontFamily: value('font-family'),
    fontSize: Number.parseFloat(style.getPropertyValue('--vscode-font-size')) || 13,
  };
}

/** Some themes give a chart colour that is hardly there. */
function opaque(colour: string): string {
  if (/^#[\da-f]{8}$/i.test(colour)) return colour.slice(0, 7);
  const parts = /^rgba\(([^,]+,[^,]+,[^,]+),[^)]+\)$/.exec(colour)?.[1];
  return parts === undefined ? colour : `rgb(${parts})`;
}

/** The theme, read again when it changes: VS Code then sets other variables on the document and another class on its body. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(readTheme()));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
