import { provideVSCodeDesignSystem, vsCodeButton, vsCodeTextField } from '@vscode/webview-ui-toolkit';

/** Only the controls that pages use: each registered one costs size and start time. */
export function registerControls(): void {
  if (customElements.get('vscode-button') === undefined) provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeTextField());
}
