import * as vscode from 'vscode';
import { OrchestratorError } from '../../base/errors';
import { asNumber, asObject } from '../../base/jsonShape';
import { workflowSchemaVersion } from '../../model/workflow/fileFormat';
import type { WorkflowOperation } from '../../model/workflow/operation';
import { textEditsOf, type SkippedOperation } from '../../model/workflow/text/textEdits';
import { parsedText } from './parsedText';
import { readOnlyReason } from './readOnlyReason';
import { newerFormat } from './workflowSnapshot';

const mostTries = 5;

/**
 * Does operations on a text document, one gesture after the other, each as one step of undo. They go by ids, so what was meant for an older version of
 * the document still applies: the edits are made from the text as it is then.
 */
export class DocumentEdits {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly document: vscode.TextDocument,
    private readonly extensionUri: vscode.Uri,
  ) {}

  /**
   * Resolves with the operations that had no effect.
   * @throws OrchestratorError `workflow-invalid` when the text is no JSON, `invalid-argument` when it may not be changed, `write-failed` when the editor does not take it
   */
  apply(operations: readonly WorkflowOperation[]): Promise<readonly SkippedOperation[]> {
    const done = this.last.then(() => this.applyNow(operations));
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when all that were asked for so far have been made, or have failed. */
  async done(): Promise<void> {
    await this.last;
  }

  private async applyNow(operations: readonly WorkflowOperation[]): Promise<readonly SkippedOperation[]> {
    const { document } = this;
    const barred = await readOnlyReason(document.uri, this.extensionUri);
    if (barred !== undefined) throw cannotChange(barred);
    for (let tries = 0; tries < mostTries; tries++) {
      const text = document.getText();
      if (isNewer(text)) throw cannotChange(newerFormat);
      const result = textEditsOf(text, operations);
      if ('refused' in result) throw new OrchestratorError('workflow-invalid', `Nothing was changed: ${result.refused}`, 'Mend the text first: "Amp: Open Workflow as Text".');
      if (result.edits.length === 0) return result.skipped;
      const edit = new vscode.WorkspaceEdit();
      for (const { offset, length, content } of result.edits) edit.replace(document.uri, new vscode.Range(document.positionAt(offset), document.positionAt(offset + length)), content);
      // Refused when the text was changed by somebody else in the meantime: then the edits are made anew.
      if (await vscode.workspace.applyEdit(edit)) return result.skipped;
    }
    throw new OrchestratorError('write-failed', `The editor did not take the change of ${document.fileName}.`, 'Check that the file can be written, and try again.');
  }
}

function cannotChange(why: string): OrchestratorError {
  return new OrchestratorError('invalid-argument', `This workflow cannot be changed here. ${why}`, 'Open it as text, or make a copy of it.');
}

function isNewer(text: string): boolean {
  const version = asNumber(asObject(parsedText(text).value)?.['schemaVersion']);
  return version !== undefined && version > workflowSchemaVersion;
}
